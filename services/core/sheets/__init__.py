"""Understanding the office's own sheets: values in, values out, nothing read or saved here."""
