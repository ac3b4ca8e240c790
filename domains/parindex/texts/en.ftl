parindex-refusal-used = The scheme { $code } is used by a round and cannot be replaced. Import it for another year or under another title.
parindex-refusal-row-number = Row { $row }: "{ $value }" is no number. Correct the cell and import it again.
parindex-refusal-row-unit = Row { $row }: no unit has the code "{ $value }". Import the units first or correct the code.
parindex-refusal-row-leaf = Row { $row }: the scheme has no criterion "{ $value }" to score. Codes must stay text (1.10 is not 1.1).
parindex-refusal-row-points = Row { $row }: the points "{ $value }" are beyond the criterion's limits.
parindex-refusal-round = No round has the code "{ $code }".
parindex-refusal-no-scheme = There is no scheme yet. Import a scheme first, then the scores.
parindex-refusal-no-unit = There is no unit yet that could lead the round. Import the units first.
parindex-refusal-locked = The head has approved the self-score; it cannot be changed. Ask the office that leads the round to open it again.
parindex-refusal-turn = This part is not at that step. Load the page again to see where it stands.
parindex-refusal-points = Criterion { $code }: { $value } points are beyond the limits, at most { $most }.
parindex-refusal-conflict = Somebody else has just changed this cell. Load the page again, look at what is kept and enter yours again.
parindex-warn-unit-new = Row { $row }: the unit { $code } ({ $name }) was not in the directory and was added.
parindex-warn-round-new = There was no round; { $code } was opened with the newest scheme.
scheme-problem-number = Criterion { $code }: "{ $words }" is no number that can be used.
scheme-problem-empty = Criterion { $code }: the rule lacks its parameters ("{ $words }").
scheme-problem-overlap = Criterion { $code }: two tiers begin at the same place ("{ $words }").
scheme-problem-order = Criterion { $code }: a higher tier gives fewer points ("{ $words }").
scheme-problem-unreachable = Criterion { $code }: points above the most can never be reached ("{ $words }").
scheme-problem-deadline = Criterion { $code }: the deadline "{ $words }" is no day. Write it like hạn=31/01.
scheme-problem-rule = Criterion { $code }: there is no rule called "{ $words }".
scheme-problem-twice = The code { $code } stands twice.
scheme-problem-above = Nothing stands above { $code } in the scheme.
scheme-problem-leaf-with-parts = { $code } has a rule and parts below. Take one of them away.
scheme-problem-no-rule = { $code } has neither a rule nor parts.
scheme-problem-sum = { $code }: its parts make { $sum } points, it says { $most }.
scheme-problem-hundred = The fields make { $sum } points, not 100.
why-given = Points given by whoever appraised.
why-missing = No figure yet: not scored, and never taken for 0.
why-half = The numerator or the denominator is missing: not scored.
why-unread = The rule cannot read the value: not scored.
why-no-rule = The criterion's rule has a fault.
why-out-of-limits = The points are beyond the limits: not scored.
why-none = Nothing arose.
why-no-survey = No survey: it leaves the base.
why-no-evidence = No evidence: 0 points.
why-zero = The denominator is 0.
why-yes = Yes: all points.
why-no = No: 0 points.
why-rank = Change of rank: { $value }.
why-full-at = { $above }/{ $below } = { $share } %, from { $limit } % on: all points.
why-part-of = { $above }/{ $below } = { $share } %, below { $limit } %: in proportion.
why-tier = { $above }/{ $below } = { $share } %, the tier from { $limit } % on.
why-below-tiers = { $above }/{ $below } = { $share } %, below the lowest tier.
why-full = { $above }/{ $below } = { $share } %, 100 % or more: all points.
why-linear = { $above }/{ $below } = { $share } %, from the floor of { $limit } %: the share of the most points.
why-below = { $above }/{ $below } = { $share } %, below { $limit } %: 0 points.
why-mean = { $above } points on { $below } answers: the mean on the scale of the most points.
why-top = { $above } content of { $below } answers ({ $share } %).
why-in-time = { $day }, due { $by }: in time.
why-late = { $day }, due { $by }: { $days } days late.
why-count = { $value } reached.
why-penalty = { $value } cases taken off.
why-council = The council gave { $value }.
act-parindex-scheme-put = Scheme of an index imported
act-parindex-scheme-change = Scheme of an index replaced
act-parindex-round-open = Round of an index opened
act-parindex-round-units = Units put into a round
act-parindex-leaf-put = Criterion scored
act-parindex-part-step = Step of a unit's scoring
