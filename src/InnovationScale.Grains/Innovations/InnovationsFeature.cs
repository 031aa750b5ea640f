using InnovationScale.Search;
using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.Innovations;

/// <summary>Innovations as the host runs and lists them.</summary>
public static class InnovationsFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Innovations, Searched.Table<Innovation>(2, i => new(i.Title, i.Description, null, Hidden: false, i.Title, i.Description, i.Theory))]);
        access
            .Allow<RegisterInnovation>(Teacher, SchoolLead, Researcher, Facilitator).Allow<DescribeInnovation>(Teacher, SchoolLead, Researcher, Facilitator)
            .Allow<ProposeAdaptation>(Teacher, SchoolLead, Researcher, Facilitator).Allow<AgreeAdaptation>(Teacher, SchoolLead, Researcher, Facilitator)
            .Allow<RejectAdaptation>(Teacher, SchoolLead, Researcher, Facilitator).Allow<RuleOnFidelity>(Researcher)
            .Allow<EnactAdaptation>(Teacher, SchoolLead, Researcher, Facilitator)
            .Allow("read-innovation", Access.Everybody).Allow("list-innovations", Access.Everybody);
    }

    public static ReadTable<Innovation> Innovations { get; } = ReadTable<Innovation>.OneRow("innovation", 1,
        [("title", "text"), ("description", "text"), ("versions", "bigint"), ("version", "bigint")], ["title"],
        view => [view.State.Title, view.State.Description, (long)view.State.Versions.Length, view.Version]);
}
