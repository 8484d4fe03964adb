-- Fails wherever there are rows: no value for the new column in them.
ALTER TABLE notes ADD COLUMN author TEXT NOT NULL;
