using System.Collections.Immutable;
using InnovationScale.Evaluations;
using InnovationScale.Innovations;
using InnovationScale.Replications;
using InnovationScale.Storage;
using InnovationScale.Trials;

namespace InnovationScale.Evidence;

/// <summary>Puts the dossier of a version together from what is on record and a person may see.</summary>
public sealed class DossierDesk(EvidenceDesk evidence, Desk desk)
{
    /// <summary>What counts as a decision, by its stored name.</summary>
    private static readonly ImmutableArray<string> Decisive =
    [
        "innovation-registered", "adaptation-enacted", "trial-registered", "protocol-amended", "results-locked", "results-unlocked", "trial-stopped",
        "evaluation-signed", "evaluation-published", "evaluation-superseded", "evaluation-retracted", "replication-assessed", "replication-abandoned", "study-taken-into-pool", "study-left-out",
    ];

    /// <summary>Null where there is no such innovation or version.</summary>
    public async Task<(VersionEvidence Evidence, Dossier Dossier)?> Read(Principal who, string innovation, string version)
    {
        if (await evidence.Read(who, innovation, version) is not { } read) return null;

        var trials = ImmutableArray.CreateBuilder<DossierTrial>();
        foreach (var trial in read.Trials)
        {
            var evaluation = trial.Evaluation is { } id ? (await desk.Look<Evaluation>(who, "read-evaluation", id)).State : null;
            trials.Add(DossierTrial.Of(trial.Id, trial.Trial, trial.Evaluation, evaluation));
        }

        return (read, new(innovation, read.Innovation.Title, read.Innovation.Description, read.Version, new(
            read.Record.HasTheory, read.Record.ClosedCycles, read.Record.RunChartSignal, read.Record.NormReferencedGain, read.Record.CostKnown))
        {
            Trials = trials.ToImmutable(),
            Studies = [.. read.Studies.Select(study => DossierStudy.Of(study.Id, study.Study))],
            Replications = [.. read.Replications.Select(again => DossierReplication.Of(again.Id, again.State))],
            Contexts = [.. read.Splits.SelectMany(split => split.Groups).SelectMany(group => group.Trials, (group, trial) => new DossierContext(group.Dimension, group.Level, trial))],
            Decisions = await Decisions(who, read),
        });
    }

    private async Task<ImmutableArray<DossierDecision>> Decisions(Principal who, VersionEvidence read)
    {
        var seen = desk.Seen<Evaluation>(who, EvaluationsFeature.Public, "id");
        var evaluations = await desk.Query(who, "list-evaluations", connection => connection.Query(
            $"select id from evaluation where innovation = @innovation and innovation_version = @version and {seen.Sql} order by id",
            r => r.GetString(0), [("innovation", read.InnovationId), ("version", read.Version.Id), .. seen.Parameters]));
        string[] streams =
        [
            Streams.Of<Innovation>(read.InnovationId), .. read.Trials.Select(trial => Streams.Of<Trial>(trial.Id)), .. evaluations.Select(Streams.Of<Evaluation>),
            .. read.Replications.Select(again => Streams.Of<Replication>(again.Id)), .. read.Studies.Select(study => Streams.Of<ExternalStudy>(study.Id)),
        ];
        var events = await desk.History(who, "read-innovation", streams, int.MaxValue, Decisive);
        return
        [
            .. events.AsEnumerable().Reverse()
                .Select(e => new DossierDecision(e.At[..10], LoggedEvent.SubjectOf(e.Stream), e.Name, e.Stamp.Role.Role.ToString(), string.IsNullOrEmpty(e.Reason) ? null : e.Reason)),
        ];
    }
}
