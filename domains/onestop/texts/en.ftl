onestop-refusal-moment = Row { $row }: "{ $value }" is no moment that can be read. Write it as 03/01/2023 10:18.
onestop-refusal-unit = Row { $row }: no unit has the code "{ $value }". Import the catalogue of units first, or correct the code.
onestop-refusal-procedure = Row { $row }: no procedure has the code "{ $value }". Import the procedures first.
onestop-refusal-state = Row { $row }: the state "{ $value }" cannot be read.
onestop-refusal-before = Row { $row }: the dossier was done ({ $value }) before it was received. Correct the moment and import it again.
onestop-refusal-twice = Row { $row }: the code "{ $value }" stands in another row with other words.
act-onestop-procedures-import = Import procedures
act-onestop-dossiers-import = Import dossiers
