using InnovationScale.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace InnovationScale;

/// <summary>What the product is made of: every feature adds its kinds, its read tables and its rows of the access table here.</summary>
public static class Product
{
    private static readonly Action<Kinds, Access>[] Features =
    [
        People.PeopleFeature.Add,
        Innovations.InnovationsFeature.Add,
        Pilots.PilotsFeature.Add,
        Portfolio.PortfolioFeature.Add,
        Enquiry.EnquiryFeature.Add,
        Safeguarding.SafeguardingFeature.Add,
        Trials.TrialsFeature.Add,
        Evaluations.EvaluationsFeature.Add,
        Replications.ReplicationsFeature.Add,
        Evidence.EvidenceFeature.Add,
        Committees.CommitteesFeature.Add,
        ScaleUp.ScaleUpFeature.Add,
        Grants.GrantsFeature.Add,
        Community.CommunityFeature.Add,
    ];

    /// <summary>The kinds of aggregates and the access table of every feature.</summary>
    public static (Kinds Kinds, Access Access) Compose()
    {
        var (kinds, access) = (new Kinds(), new Access());
        foreach (var add in Features) add(kinds, access);
        return (kinds, access);
    }

    /// <summary>The embedded default: grains of this process on the log that the engine keeps, SQLite in a folder or PostgreSQL.</summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, Func<ISqlEngine> engine, Func<Vault> vault) => services.AddProduct(engine, vault)
        .AddSingleton<IGrains>(s => new LocalGrains(s.GetRequiredService<Kinds>(), s.GetRequiredService<EventLog>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<GrainOptions>()));

    /// <summary>All but the host that runs the grains: the log, what reads it, and what follows from it.</summary>
    public static IServiceCollection AddProduct(this IServiceCollection services, Func<ISqlEngine> engine, Func<Vault> vault)
    {
        var (kinds, access) = Compose();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(kinds).AddSingleton(access);
        services.AddSingleton(_ => vault()).AddSingleton(s => new SqlLogStore(engine(), kinds, s.GetRequiredService<Vault>()));
        services.AddSingleton(s =>
        {
            var log = new EventLog(s.GetRequiredService<SqlLogStore>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<EventLog>>());
            log.Start();
            return log;
        });
        services.AddSingleton(s => new GrainOptions { PauseMost = s.GetRequiredService<EventLog>().Store.IsShared ? TimeSpan.FromMilliseconds(20) : TimeSpan.Zero });
        services.AddSingleton<Desk>().AddSingleton<Histories>().AddSingleton<Search.Finder>().AddSingleton<Pilots.PilotDesk>().AddSingleton<Pilots.TeamLinks>().AddSingleton<Pilots.PilotLists>().AddSingleton<Inbox>().AddSingleton<Enquiry.CycleDesk>()
            .AddSingleton<Trials.TrialDesk>().AddSingleton<Replications.ReplicationDesk>().AddSingleton<Trials.TrialFollowUps>();
        services.AddSingleton<Pilots.PilotCounts>().AddSingleton<Pilots.KnownVerdicts>().AddSingleton<People.SchoolUploads>();
        services.AddSingleton<Trials.TrialLists>().AddSingleton<Trials.TrialUploads>().AddSingleton<Evaluations.EvaluationLists>();
        services.AddSingleton<People.IPeople, People.RegisteredPeople>().AddSingleton<People.Registry>()
            .AddSingleton<People.Accounts>().AddSingleton<People.Passkeys>().AddSingleton<People.Sessions>().AddSingleton<People.Tries>().AddSingleton<People.Passwords>();
        services.AddSingleton<IReadOnlyDictionary<string, Func<Note, Task>>>(s => s.GetRequiredService<Trials.TrialFollowUps>().Steps
            .Concat(s.GetRequiredService<ScaleUp.ScaleUpFollowUps>().Steps).Concat(s.GetRequiredService<Grants.GrantFollowUps>().Steps).ToDictionary(step => step.Kind, step => step.Run, StringComparer.Ordinal));
        services.AddSingleton<Evidence.EvidenceDesk>().AddSingleton<Evidence.DossierDesk>().AddSingleton<Evidence.StudyUploads>();
        services.AddSingleton<ScaleUp.EvidenceInTarget>().AddSingleton<ScaleUp.TiesOnRecord>().AddSingleton<ScaleUp.ReviewDesk>().AddSingleton<ScaleUp.CandidateDesk>().AddSingleton<Community.CommunityDesk>().AddSingleton<ScaleUp.ScaleUpFollowUps>();
        services.AddSingleton<Grants.GrantDesk>().AddSingleton<Grants.GrantLists>().AddSingleton<Grants.GrantFollowUps>().AddSingleton<Grants.Reconciliations>().AddHostedService<Grants.NightlyReconciliation>();
        services.AddHostedService<Sweep>();
        services.AddHealthChecks().AddCheck<StoreHealth>("store");
        return services;
    }
}

/// <summary>What the sweep does for one kind of note.</summary>
public sealed record Step(string Kind, Func<Note, Task> Run);
