using InnovationScale.Enquiry;
using InnovationScale.Evidence;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Replications;
using InnovationScale.Safeguarding;
using InnovationScale.Trials;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.Acts;

/// <summary>Every kind of record that has forms of its own.</summary>
internal static class ActsOfTheProduct
{
    public static void AddActs(this IServiceCollection services) => services
        .AddSingleton<IActs, PilotActs>().AddSingleton<IActs, CycleActs>().AddSingleton<IActs, TrialActs>().AddSingleton<IActs, InnovationActs>()
        .AddSingleton<IActs, ReplicationActs>().AddSingleton<IActs, StudyActs>().AddSingleton<IActs, SchoolActs>().AddSingleton<IActs, IncidentActs>();
}
