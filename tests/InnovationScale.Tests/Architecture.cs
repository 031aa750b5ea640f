using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace InnovationScale;

/// <summary>The walls of the house: who may know whom, and what the compiler cannot say about events, commands and names.</summary>
public partial class Architecture
{
    private static readonly Assembly StatisticsProject = Assembly.Load("InnovationScale.Statistics");
    private static readonly Assembly DomainProject = Assembly.Load("InnovationScale.Domain");
    private static readonly Assembly GrainsProject = Assembly.Load("InnovationScale.Grains");
    private static readonly Assembly WebProject = Assembly.Load("InnovationScale.Web");
    private static readonly Assembly[] Projects = [StatisticsProject, DomainProject, GrainsProject, WebProject];

    [Fact]
    public void Each_project_knows_only_those_to_its_left()
    {
        for (var place = 0; place < Projects.Length; place++)
        {
            var mayKnow = Projects[..place].Select(NameOf).ToHashSet(StringComparer.Ordinal);
            var knows = References(Projects[place]).Where(name => name.StartsWith("InnovationScale", StringComparison.Ordinal));
            AssertNone(knows.Where(name => !mayKnow.Contains(name)), $"{NameOf(Projects[place])} must not know");
        }
    }

    [Fact]
    public void The_domain_stands_on_the_base_library_and_statistics_alone() => AssertNone(
        References(DomainProject).Where(name => name is not "InnovationScale.Statistics" && !IsBaseLibrary(name)), "the domain must not know");

    [Fact]
    public void Statistics_knows_numbers_and_nothing_else() => AssertNone(
        References(StatisticsProject).Where(name => name is not "MathNet.Numerics" && !IsBaseLibrary(name)), "statistics must not know");

    [Fact]
    public void Only_the_cluster_host_names_Orleans_or_Azure() => AssertNone(
        from project in Projects
        from name in References(project)
        where name.Split('.') is var words && (words.Contains("Orleans", StringComparer.Ordinal) || words.Contains("Azure", StringComparer.Ordinal))
        select $"{name} in {NameOf(project)}", "the cluster host alone may know");

    [Fact]
    public void Every_event_has_a_name_in_storage() => AssertNone(Aggregates(DomainProject).SelectMany(Unnamed), "no stored name:");

    [Fact]
    public void A_forgotten_stored_name_is_seen() => Assert.Equal([typeof(Forgotten)], Unnamed(typeof(Sample)));

    [Fact]
    public void Stored_names_are_kebab_case_and_each_means_one_event()
    {
        var names = Aggregates(DomainProject).SelectMany(StoredNames).ToList();
        AssertNone(names.Where(name => !KebabCase().IsMatch(name)), "not kebab-case:");
        AssertNone(names.CountBy(name => name, StringComparer.Ordinal).Where(name => name.Value > 1).Select(name => name.Key), "used twice:");
    }

    [Fact]
    public void Kinds_of_stream_are_kebab_case_and_each_means_one_aggregate()
    {
        var kinds = Aggregates(DomainProject).Select(aggregate => (string)Static(aggregate, nameof(IAggregate<>.Kind))).ToList();
        AssertNone(kinds.Where(kind => !KebabCase().IsMatch(kind)), "not kebab-case:");
        AssertNone(kinds.CountBy(kind => kind, StringComparer.Ordinal).Where(kind => kind.Value > 1).Select(kind => kind.Key), "used twice:");
    }

    [Fact]
    public void Commands_and_events_belong_to_their_aggregate_s_closed_hierarchy() => AssertNone(
        from type in DomainProject.GetTypes()
        where type is { IsAbstract: false, IsInterface: false }
        from side in type.GetInterfaces()
        where side.IsGenericType && (side.GetGenericTypeDefinition() == typeof(ICommand<>) || side.GetGenericTypeDefinition() == typeof(IEvent<>))
        let property = side.GetGenericTypeDefinition() == typeof(ICommand<>) ? "CommandType" : "EventType"
        let root = (Type)Static(side.GetGenericArguments()[0], property)
        where !type.IsSealed || !type.IsSubclassOf(root)
        select type, "must be sealed and derive from its aggregate's base record:");

    [Fact]
    public void Nothing_in_the_domain_can_be_changed_after_it_was_made()
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        AssertNone(
            from type in DomainProject.GetExportedTypes()
            where !type.IsEnum
            from member in type.GetProperties(all).Where(CanBeSet).Concat<MemberInfo>(type.GetFields(all).Where(field => field is { IsInitOnly: false, IsLiteral: false }))
            select $"{type.Name}.{member.Name}", "can be changed:");
    }

    /// <summary>In statistics a model is the thing itself, such as a marginal model; elsewhere the word says nothing.</summary>
    [Fact]
    public void Names_say_what_a_thing_is() => AssertNone(
        from project in Projects
        from type in project.GetTypes()
        where type.Namespace?.StartsWith("InnovationScale", StringComparison.Ordinal) is true && SaysNothing().IsMatch(type.Name)
            && !(project == StatisticsProject && type.Name.EndsWith("Model", StringComparison.Ordinal))
        select type, "name the noun instead:");

    private static IEnumerable<Type> Aggregates(Assembly project) => project.GetTypes().Where(type => type is { IsAbstract: false } && type.GetInterfaces()
        .Any(side => side.IsGenericType && side.GetGenericTypeDefinition() == typeof(IAggregate<>)));

    private static IEnumerable<Type> Unnamed(Type aggregate)
    {
        var root = (Type)Static(aggregate, "EventType");
        return root.Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(root)).Except(Named(root).Select(named => named.DerivedType));
    }

    private static IEnumerable<string> StoredNames(Type aggregate) => Named((Type)Static(aggregate, "EventType")).Select(named => named.TypeDiscriminator as string ?? "");

    private static IEnumerable<JsonDerivedTypeAttribute> Named(Type root) => root.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false);

    private static object Static(Type aggregate, string property) => typeof(Architecture)
        .GetMethod($"{property}Of", BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(aggregate).Invoke(null, null)!;

    private static string KindOf<TAggregate>() where TAggregate : class, IAggregate<TAggregate> => TAggregate.Kind;

    private static Type EventTypeOf<TAggregate>() where TAggregate : class, IAggregate<TAggregate> => TAggregate.EventType;

    private static Type CommandTypeOf<TAggregate>() where TAggregate : class, IAggregate<TAggregate> => TAggregate.CommandType;

    private static bool CanBeSet(PropertyInfo property) => property.SetMethod is { IsPublic: true } set
        && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static IEnumerable<string> References(Assembly project) => project.GetReferencedAssemblies().Select(name => name.Name!);

    private static bool IsBaseLibrary(string name) => File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, $"{name}.dll"));

    private static string NameOf(Assembly project) => project.GetName().Name!;

    private static void AssertNone<T>(IEnumerable<T> offenders, string what)
    {
        var named = string.Join(", ", offenders);
        Assert.True(named.Length == 0, $"{what} {named}");
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex KebabCase();

    [GeneratedRegex("(Helper|Manager|Util|Service|Dto|Model|Common)s?(`\\d+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex SaysNothing();

    private sealed record Sample : IAggregate<Sample, SampleCommand, SampleEvent>
    {
        public static string Kind => "sample";

        public static Sample New { get; } = new();

        public Decision<SampleEvent> Decide(SampleCommand command, Stamp stamp) => new Kept();

        public Sample Evolve(SampleEvent happened, Stamp stamp) => this;
    }

    private abstract record SampleCommand : ICommand<Sample>;

    [JsonDerivedType(typeof(Kept), "kept")]
    private abstract record SampleEvent : IEvent<Sample>;

    private sealed record Kept : SampleEvent;

    private sealed record Forgotten : SampleEvent;
}
