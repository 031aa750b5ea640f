using InnovationScale.Committees;
using InnovationScale.Community;
using InnovationScale.Enquiry;
using InnovationScale.Evidence;
using InnovationScale.Grants;
using InnovationScale.Innovations;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.Replications;
using InnovationScale.Safeguarding;
using InnovationScale.ScaleUp;
using InnovationScale.Trials;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale.Acts;

/// <summary>Every kind of record that has forms of its own.</summary>
internal static class ActsOfTheProduct
{
    public static void AddActs(this IServiceCollection services) => services
        .AddScoped<IActs, PilotActs>().AddScoped<IActs, CycleActs>().AddScoped<IActs, TrialActs>().AddScoped<IActs, InnovationActs>()
        .AddScoped<IActs, ReplicationActs>().AddScoped<IActs, StudyActs>().AddScoped<IActs, SchoolActs>().AddScoped<IActs, IncidentActs>()
        .AddScoped<IActs, CommitteeActs>().AddScoped<IActs, ReviewActs>()
        .AddScoped<IActs, QuestionActs>().AddScoped<IActs, GroupActs>().AddScoped<IActs, MembershipActs>()
        .AddScoped<IActs, CallActs>().AddScoped<IActs, ApplicationActs>().AddScoped<IActs, GrantActs>();
}
