using static InnovationScale.Trials.ATrial;

namespace InnovationScale.Community;

public class AskingWhatNobodyKnows
{
    private static readonly Stamp Amina = By("amina", Role.Teacher), Omar = By("omar", Role.Researcher);

    private static readonly LinkedWork Trial = new(WorkKind.Trial, "t-1"), Pilot = new(WorkKind.Pilot, "p-1");

    private static Story<LearningQuestion> Asked => Story.Of<LearningQuestion>().After(new AskQuestion("Does talk help where the lesson is in another language?", "We would change the training."), Amina);

    private static Story<LearningQuestion> Studied => Asked.After(new LinkWork(Trial) { IsPublic = true }, Amina).After(new LinkWork(Pilot) { IsPublic = true }, Omar);

    private static Story<LearningQuestion> Answered => Studied.After(new AnswerQuestion("No.", [Trial]) { Evaluated = [Trial] }, Omar);

    private static Stamp Because(Stamp stamp) => stamp with { Reason = "So." };

    [Fact]
    public void Takes_a_sentence() => Story.Of<LearningQuestion>().When(new AskQuestion(" "), Amina).ThenRefused("question-missing")
        .When(new AskQuestion(new('x', LearningQuestion.QuestionMost + 1)), Amina).ThenRefused("question-missing")
        .When(new AskQuestion(" Why? ", " "), Amina).Then(new QuestionAsked("Why?", "")).Where(question => Assert.Equal(QuestionState.Open, question.State));

    [Fact]
    public void Is_studied_as_soon_as_something_looks_into_it_that_everybody_can_see() => Asked.When(new LinkWork(Trial), Amina).ThenRefused("work-unknown")
        .When(new LinkWork(Trial) { IsPublic = true }, Amina).Then(new WorkLinked(Trial)).Where(question => Assert.Equal(QuestionState.BeingStudied, question.State))
        .When(new LinkWork(Trial) { IsPublic = true }, Omar).ThenRefused("work-linked-already");

    [Fact]
    public void Is_open_again_when_nothing_looks_into_it_any_more() => Studied.When(new UnlinkWork(Trial), Omar).ThenRefused("reason-needed").When(new UnlinkWork(Trial), Because(Amina)).ThenRefused("question-role")
        .After(new UnlinkWork(Trial), Because(Omar)).Where(question => Assert.Equal(QuestionState.BeingStudied, question.State)).When(new UnlinkWork(Trial), Because(Omar)).ThenRefused("work-not-linked")
        .After(new UnlinkWork(Pilot), Because(Omar)).Where(question => Assert.Equal(QuestionState.Open, question.State));

    [Fact]
    public void Is_answered_on_public_evaluations_alone() => Studied.When(new AnswerQuestion(" ", [Trial]) { Evaluated = [Trial] }, Omar).ThenRefused("answer-missing")
        .When(new AnswerQuestion("No.", []) { Evaluated = [Trial] }, Omar).ThenRefused("answer-rests-on-nothing").When(new AnswerQuestion("No.", [Trial, Pilot]) { Evaluated = [Trial] }, Omar).ThenRefused("answer-without-evidence")
        .When(new AnswerQuestion("No.", [new(WorkKind.Trial, "t-2")]) { Evaluated = [new(WorkKind.Trial, "t-2")] }, Omar).ThenRefused("work-not-linked")
        .When(new AnswerQuestion("No.", [Trial]) { Evaluated = [Trial] }, Amina).ThenRefused("question-role")
        .When(new AnswerQuestion(" No. ", [Trial, Trial]) { Evaluated = [Trial] }, Omar).Then(new QuestionAnswered("No.", [Trial]));

    [Fact]
    public void Keeps_what_its_answer_rests_on_and_can_be_opened_again() => Answered.When(new UnlinkWork(Trial), Because(Omar)).ThenRefused("work-carries-answer").When(new ReopenQuestion(), Omar).ThenRefused("reason-needed")
        .When(new ReopenQuestion(), Because(Omar)).Then(new QuestionReopened()).Where(question => Assert.Equal((QuestionState.BeingStudied, "", 0), (question.State, question.Answer, question.RestsOn.Length)));
}

public class WorkingInAGroup
{
    private static readonly Stamp Amina = By("amina", Role.Teacher), Omar = By("omar", Role.Researcher), Lucia = By("lucia", Role.Teacher), Bilal = By("bilal", Role.Facilitator);

    private static Story<CommunityGroup> Proposed => Story.Of<CommunityGroup>().After(new ProposeGroup(GroupKind.Challenge, "Two languages", "Finds out when talk helps.", "q") { QuestionKnown = true }, Amina);

    private static Story<CommunityGroup> Active => Proposed.After(new JoinGroup(), Omar).After(new JoinGroup(), Lucia).After(new StartGroup(), Amina);

    [Fact]
    public void Begins_with_a_purpose_and_a_challenge_group_with_a_question() => Story.Of<CommunityGroup>().When(new ProposeGroup(GroupKind.Working, " ", "x"), Amina).ThenRefused("group-name-missing")
        .When(new ProposeGroup(GroupKind.Working, "x", " "), Amina).ThenRefused("purpose-missing").When(new ProposeGroup(GroupKind.Challenge, "x", "y"), Amina).ThenRefused("challenge-without-question")
        .When(new ProposeGroup(GroupKind.Challenge, "x", "y", "q"), Amina).ThenRefused("learning-question-unknown")
        .When(new ProposeGroup(GroupKind.Working, " x ", " y "), Amina).Then(new GroupProposed(GroupKind.Working, "x", "y", null)).Where(group => Assert.Equal("amina", Assert.Single(group.People)));

    [Fact]
    public void Starts_when_three_have_joined() => Proposed.When(new JoinGroup(), Amina).ThenRefused("group-joined-already").After(new JoinGroup(), Omar).When(new StartGroup(), Amina).ThenRefused("group-too-small")
        .After(new JoinGroup(), Lucia).When(new StartGroup(), Bilal).ThenRefused("not-in-the-group").When(new StartGroup(), Lucia).Then(new GroupStarted());

    [Fact]
    public void Can_be_left_and_joined_again() => Active.After(new LeaveGroup(), Omar).When(new LeaveGroup(), Omar).ThenRefused("not-in-the-group").When(new JoinGroup(), Omar).Then(new GroupJoined());

    [Fact]
    public void Gathers_pilots_of_its_members() => Active.When(new AddPilotToGroup("p"), Amina).ThenRefused("group-pilot-unknown").When(new AddPilotToGroup("p") { IsPublic = true }, Bilal).ThenRefused("not-in-the-group")
        .When(new AddPilotToGroup("p") { IsPublic = true }, Amina).Then(new PilotAddedToGroup("p")).When(new AddPilotToGroup("p") { IsPublic = true }, Lucia).ThenRefused("group-pilot-known");

    [Fact]
    public void Ends_with_something_that_others_can_use() => Active.When(new ConcludeGroup(" "), Amina).ThenRefused("output-missing").When(new ConcludeGroup(" A guide. ", " /guide "), Bilal).Then(new GroupConcluded("A guide.", "/guide"))
        .When(new JoinGroup(), Bilal).ThenRefused("group-state");
}
