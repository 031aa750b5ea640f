using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Acts;
using InnovationScale.Trials;

namespace InnovationScale.Evidence;

/// <summary>What those who brought a study from elsewhere do with it; whether it counts, a reviewer says on its page.</summary>
internal sealed class StudyActs(Desk desk, Access access, UploadSettings settings) : Acts<ExternalStudy>("studies", desk, access)
{
    protected override string Title(ActsAsked<ExternalStudy> asked) => asked.View.State.About.Title;

    protected override Task<IReadOnlyList<Act>> Rows(ActsAsked<ExternalStudy> asked)
    {
        var study = asked.View.State;
        return Task.FromResult<IReadOnlyList<Act>>(asked.Of is { } batch
            ? study.Batches.TryGetValue(batch, out var known) ? [Row(asked, "take-upload-out", _ => new RevertStudyBatch(batch), Question.Why) with { About = asked.Words.Moment(known.At), Offered = known.Reverted is null }] : []
            : [new("describe-study", typeof(DescribeStudy), (a, request) => Describe(asked, request, StudyQuestions.Read(a, study.About)), StudyQuestions.Of(asked.Words, study.About))]);
    }

    private Task<Outcome> Describe(ActsAsked<ExternalStudy> asked, Request request, StudyDescription about) =>
        settings.Refuse(about) is { } low ? Task.FromResult<Outcome>(low) : Send(asked, request, new DescribeStudy(about));

    protected override bool MayNow(ExternalStudy study, Type command, Principal who) => MayNow(ExternalStudy.Steps, study.State, command, who);
}

/// <summary>The questions on a study from elsewhere with two groups and one result; what was said of more of them stays.</summary>
internal static class StudyQuestions
{
    public static ImmutableArray<Question> Of(Words words, StudyDescription about)
    {
        var (tried, usual, measured) = (about.Arms.FirstOrDefault(arm => !arm.Comparison), about.Arms.FirstOrDefault(arm => arm.Comparison), about.Outcomes.FirstOrDefault());
        return
        [
            new("title") { Given = about.Title }, new("source", Asks.Text) { Given = about.Source }, new("licence") { Given = about.Licence },
            Question.Of<TrialDesign>("design", words, about.Title is "" ? null : about.Design) with { Kind = Asks.Select },
            new("tried") { Given = tried?.Name }, new("tried-what") { Optional = true, Given = tried?.Condition },
            new("usual") { Given = usual?.Name }, new("usual-what") { Optional = true, Given = usual?.Condition },
            new("measure") { Given = measured?.Measure }, new("unit") { Given = measured?.Unit }, new("lowest", Asks.Number) { Given = Text(measured?.Min) }, new("highest", Asks.Number) { Given = Text(measured?.Max) },
            Question.Of<Direction>("better", words, measured?.Direction), new("smallest", Asks.Whole) { Given = about.MinimumCellSize.ToString(CultureInfo.InvariantCulture) },
            new("already-public", Asks.YesNo) { Given = about.AlreadyPublic ? "yes" : "no" },
        ];
    }

    /// <summary>A new study on a version of this innovation.</summary>
    public static StudyDescription Read(Answers a, string innovation) => Read(a, new StudyDescription { Innovation = innovation, Version = a["of-version"] });

    public static StudyDescription Read(Answers a, StudyDescription before) => before with
    {
        Title = a["title"], Source = a["source"], Licence = a["licence"], Design = a.One<TrialDesign>("design"), MinimumCellSize = a.Whole("smallest")!.Value, AlreadyPublic = a.Yes("already-public"),
        Arms = [new(a["tried"], Comparison: false, a["tried-what"]), new(a["usual"], Comparison: true, a["usual-what"]), .. before.Arms.Where(arm => !arm.Comparison).Skip(1)],
        Outcomes =
        [
            (before.Outcomes.FirstOrDefault() ?? new("", "", 0, 0, default)) with
            {
                Measure = a["measure"], Unit = a["unit"], Min = a.Number("lowest")!.Value, Max = a.Number("highest")!.Value, Direction = a.One<Direction>("better"),
            },
            .. before.Outcomes.Skip(1),
        ],
    };

    private static string? Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);
}
