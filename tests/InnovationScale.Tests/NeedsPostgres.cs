namespace InnovationScale;

/// <summary>A fact that needs a PostgreSQL server. Where it is absent the fact is skipped and says so; under CI=true it runs and fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsPostgresFactAttribute : FactAttribute
{
    public NeedsPostgresFactAttribute() => Skip = Postgres.Missing;
}
