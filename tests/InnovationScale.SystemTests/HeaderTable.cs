namespace InnovationScale;

/// <summary>What every answer carries, whoever asked for what (OWASP ASVS 5.0, V3.4 and V14.3).</summary>
internal static class HeaderTable
{
    private static readonly (string Header, string[] Says)[] Rows =
    [
        ("X-Content-Type-Options", ["nosniff"]),
        ("Content-Security-Policy", ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]),
        ("Referrer-Policy", ["same-origin"]),
        ("Cross-Origin-Opener-Policy", ["same-origin"]),
        ("Cross-Origin-Resource-Policy", ["same-origin"]),
        ("Permissions-Policy", ["camera=()", "geolocation=()", "microphone=()", "payment=()"]),
    ];

    private static readonly string[] Never = ["Server", "X-Powered-By", "Access-Control-Allow-Origin"];

    /// <param name="header">The answer's header of a name.</param>
    /// <param name="signedIn">Whether somebody known asked: what she sees is kept by no cache that others use.</param>
    public static IEnumerable<string> Lacks(Func<string, string?> header, bool signedIn)
    {
        foreach (var (name, says) in Rows)
        {
            if (!says.All(word => header(name)?.Contains(word, StringComparison.Ordinal) is true)) yield return $"{name}: {header(name)}";
        }

        foreach (var name in Never.Where(name => header(name) is not null)) yield return $"{name}: {header(name)}";
        if (header("Content-Security-Policy")?.Contains("unsafe", StringComparison.Ordinal) is true) yield return "an unsafe policy";
        var kept = header("Cache-Control") ?? "";
        if (kept.Contains("public", StringComparison.Ordinal)) yield return $"Cache-Control: {kept}";
        if (signedIn && !kept.Contains("no-store", StringComparison.Ordinal) && !(kept.Contains("private", StringComparison.Ordinal) && kept.Contains("no-cache", StringComparison.Ordinal))) yield return $"Cache-Control: {kept}";
    }
}
