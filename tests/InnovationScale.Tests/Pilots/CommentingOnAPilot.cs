using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.Pilots;

public class CommentingOnAPilot
{
    private static readonly Story<Comments> Said = Story.Of<Comments>()
        .When(new WriteComment("c1", " We tried this too. "), Ben).Then(new CommentWritten("c1", "We tried this too."));

    [Fact]
    public void Everybody_reads_who_said_what_and_when() => Said.After(new WriteComment("c2", "With which cards?"), Ana)
        .Where(comments => Assert.Equal<Comment>([new Comment("c1", "ben", Noon, "We tried this too."), new Comment("c2", "ana", Noon, "With which cards?")], comments.Said));

    [Fact]
    public void Whoever_wrote_it_may_withdraw_it_and_its_words_are_hidden() => Said
        .When(new WithdrawComment("c1"), Ana).ThenRefused("not-your-comment")
        .When(new WithdrawComment("c9"), Ben).ThenRefused("no-such-comment")
        .When(new WithdrawComment("c1"), Ben).Then(new CommentWithdrawn("c1")).Where(comments => Assert.Equal(new Comment("c1", "ben", Noon, null), Assert.Single(comments.Said)))
        .When(new WithdrawComment("c1"), Ben).ThenRefused("withdrawn-already");

    [Fact]
    public void A_comment_says_something_and_is_short() => Said
        .When(new WriteComment("c2", " "), Ben).ThenRefused("comment-empty")
        .When(new WriteComment("c2", new string('a', Comments.TextMost + 1)), Ben).ThenRefused("comment-too-long")
        .When(new WriteComment("c1", "Again"), Ben).ThenRefused("comment-exists");

    [Fact]
    public void A_pilot_takes_five_hundred() => Enumerable.Range(2, Comments.CommentsMost - 1).Aggregate(Said, (story, n) => story.Given(Ben, new CommentWritten($"c{n}", "More")))
        .When(new WriteComment("last", "One more"), Ben).ThenRefused("comments-full");
}
