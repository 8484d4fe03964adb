-- Fails if the table has rows, because they have no value for the new column.
ALTER TABLE notes ADD COLUMN author TEXT NOT NULL;
