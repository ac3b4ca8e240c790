account-refusal-sign-in = The login or the password is not right. Check Caps Lock and enter them again.
account-refusal-locked = The account rests after too many wrong passwords. Try again in { $minutes } minutes.
account-refusal-password = The password needs at least { $n } characters.
account-refusal-login = The login may not be empty or hold blanks.
account-refusal-link = The link was used or has run out. Restart the server for a new one.
