"""Files that somebody made to do harm, and a watch over what becomes of them."""
