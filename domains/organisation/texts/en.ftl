organisation-refusal-circle = A unit cannot stand under itself or under one of its own. Choose another unit above.
organisation-refusal-row-empty = Row { $row } lacks the code or the name of the unit. Fill the empty cell and import the row again.
organisation-refusal-row-date = Row { $row }: "{ $value }" is not a real date. Write it like 01/07/2025.
organisation-refusal-row-parent = Row { $row }: there is no unit above with the code "{ $value }". Add it to the file or correct the code.
organisation-refusal-row-unit = Row { $row }: there was no commune with the code "{ $value }" at that time. Import the list of units first.
organisation-refusal-map-first = There are no communes yet. Import the list of units before the map.
organisation-warn-no-city = There is no city yet, so the offices stand in no tree. Import the list of territories, then this file again.
