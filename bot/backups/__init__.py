"""One file that holds a database and the received files: how it is made, read back and put in place."""
