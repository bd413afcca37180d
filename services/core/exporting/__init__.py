"""What an organisation takes with it, as printed tables: values in, tables out."""
