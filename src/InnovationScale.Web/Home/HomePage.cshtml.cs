namespace InnovationScale.Home;

/// <summary>The first page.</summary>
public sealed class HomePage : AppPage;
