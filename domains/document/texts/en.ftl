document-refusal-title = The subject line of the document was not found. Enter it and save again.
document-warn-insertions = { $n } passages are marked as inserted; they were taken as text.
document-warn-deletions = { $n } passages are marked as deleted; they were left out.
document-warn-footnotes = There are { $n } footnotes; they are not part of the clauses.
document-warn-no-clauses = No clauses were found. Check the numbering: I., 1., a).
document-warn-labels = Lines that begin like a clause but do not follow the number before, left in the text of the clause above: { $lines }. Correct the numbers in the document if they are clauses.
