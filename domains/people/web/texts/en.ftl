people-none = Nobody yet.
people-appoint = Register a person in a post
person-posts = Posts held
person-also = concurrent
person-release = Release
person-appoint = Give another post
person-main = is the main post
people-count = { $n ->
    [one] { $shown } person in a post
   *[other] { $shown } people in posts
}
