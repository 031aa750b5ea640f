using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.People;

namespace InnovationScale.Demonstration;

/// <summary>An invented school, or an organisation where people of the story work.</summary>
/// <param name="HomeLanguage">Of a hundred pupils, those taught in the language they speak at home; null for an organisation, of which nothing is asked.</param>
internal sealed record LanternSchool(string Id, string Name, string Country, string Locality, int? HomeLanguage)
{
    public string Language { get; init; } = Country switch { "KE" => "sw", "SN" => "fr", "CO" => "es", _ => "ar" };

    public string Setting { get; init; } = "stable";

    /// <summary>Every question about the school with an answer; “unknown” where the story does not say.</summary>
    public ImmutableSortedDictionary<string, ContextAnswer> Context => LanternSchools.Unknown(ContextPart.School).Remove("country").SetItems(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["income-group"] = Country is "CO" ? "upper-middle" : "lower-middle",
        ["locality"] = Locality,
        ["setting"] = Setting,
        ["school-phase"] = "primary",
        ["school-type"] = "public",
        ["school-intake"] = "mixed",
        ["language-of-instruction"] = Language,
        ["home-language-match"] = HomeLanguage!.Value.ToString(CultureInfo.InvariantCulture),
    }.Select(answer => KeyValuePair.Create(answer.Key, new ContextAnswer(answer.Value, 2024, "The school’s own count"))));
}

/// <summary>The network’s schools in four countries. Every place is invented.</summary>
internal static class LanternSchools
{
    public static ImmutableArray<LanternSchool> All { get; } =
    [
        // Talk first, taught in the home language.
        new("heron-bay", "Heron Bay", "KE", "rural", 96), new("pelican-reach", "Pelican Reach", "KE", "rural", 94), new("mango-lane", "Mango Lane", "KE", "peri-urban", 90), new("kilima-kidogo", "Kilima Kidogo", "KE", "rural", 97),
        new("lake-road", "Lake Road", "KE", "peri-urban", 92), new("papyrus-landing", "Papyrus Landing", "KE", "rural", 95), new("mwangaza-hill", "Mwangaza Hill", "KE", "rural", 93), new("stone-cattle", "Stone Cattle", "KE", "remote", 98),
        new("casa-del-colibri", "Casa del Colibrí", "CO", "urban", 98), new("vereda-luna", "Vereda Luna", "CO", "rural", 99), new("el-trapiche", "El Trapiche", "CO", "rural", 97), new("piedra-blanca", "Piedra Blanca", "CO", "peri-urban", 96),
        new("las-golondrinas", "Las Golondrinas", "CO", "peri-urban", 97), new("cana-dulce", "Caña Dulce", "CO", "rural", 99), new("la-cometa", "La Cometa", "CO", "urban", 95), new("dos-fuentes", "Dos Fuentes", "CO", "rural", 98),
        new("olive-hill", "Olive Hill", "JO", "urban", 99), new("wadi-nakhla", "Wadi Nakhla", "JO", "rural", 98), new("bab-al-loz", "Bab al-Loz", "JO", "urban", 97),

        // Talk first, where the language of the school is not the one of the home.
        new("sand-street", "Sand Street", "SN", "peri-urban", 4), new("keur-soleil", "Keur Soleil", "SN", "rural", 2), new("grand-puits", "Grand Puits", "SN", "rural", 3), new("les-manguiers", "Les Manguiers", "SN", "rural", 5),
        new("river-bend", "River Bend", "SN", "rural", 3), new("keur-ndox", "Keur Ndox", "SN", "rural", 2), new("pont-de-bois", "Pont de Bois", "SN", "peri-urban", 6), new("darou-lumiere", "Darou Lumière", "SN", "rural", 4),
        new("long-shade", "Long Shade", "KE", "remote", 7) { Language = "en", Setting = "displacement" }, new("acacia-gate", "Acacia Gate", "KE", "remote", 5) { Language = "en", Setting = "displacement" },
        new("second-well", "Second Well", "KE", "remote", 9) { Language = "en", Setting = "displacement" },
        new("cedar-court", "Cedar Court", "JO", "rural", 97), new("tell-rumman", "Tell Rumman", "JO", "rural", 98), new("qasr-hamam", "Qasr Hamam", "JO", "rural", 99),

        // Voice-note homework.
        new("monte-claro", "Monte Claro", "CO", "urban", 97), new("rio-manso", "Río Manso", "CO", "rural", 98), new("el-faro", "El Faro", "CO", "urban", 96), new("la-ceiba", "La Ceiba", "CO", "rural", 98),
        new("puente-viejo", "Puente Viejo", "CO", "peri-urban", 97), new("santa-brisa", "Santa Brisa", "CO", "peri-urban", 95), new("los-almendros", "Los Almendros", "CO", "urban", 96), new("cerro-azul", "Cerro Azul", "CO", "rural", 99),
        new("tres-caminos", "Tres Caminos", "CO", "rural", 98), new("el-molino", "El Molino", "CO", "rural", 97), new("agua-clara", "Agua Clara", "CO", "peri-urban", 98),

        // Seats by last score.
        new("tall-grass", "Tall Grass", "KE", "rural", 95), new("copper-hill", "Copper Hill", "KE", "rural", 94), new("baobab-corner", "Baobab Corner", "KE", "rural", 96), new("long-bridge", "Long Bridge", "KE", "peri-urban", 91),
        new("fig-tree", "Fig Tree", "KE", "rural", 97), new("ndovu-plains", "Ndovu Plains", "KE", "remote", 98),

        // Older readers.
        new("reed-lake", "Reed Lake", "KE", "rural", 94), new("winding-stair", "Winding Stair", "KE", "urban", 88), new("petit-baobab", "Petit Baobab", "SN", "rural", 3), new("port-calme", "Port Calme", "SN", "urban", 8),
        new("cafe-alto", "Café Alto", "CO", "rural", 99), new("mil-flores", "Mil Flores", "CO", "peri-urban", 96), new("jasmine-steps", "Jasmine Steps", "JO", "urban", 98),

        // Schools where two teachers try something.
        new("amber-door", "Amber Door", "JO", "urban", 97), new("stone-bridge", "Stone Bridge", "JO", "peri-urban", 98), new("blue-gate", "Blue Gate", "SN", "urban", 7), new("salt-road", "Salt Road", "SN", "peri-urban", 4),
        new("trois-palmiers", "Les Trois Palmiers", "SN", "rural", 2), new("red-kiln", "Red Kiln", "KE", "rural", 95), new("quiet-well", "Quiet Well", "KE", "remote", 97), new("dry-creek", "Dry Creek", "KE", "rural", 96),
        new("la-quebrada", "La Quebrada", "CO", "rural", 98),

        // Where researchers, funders and evaluators work; people have one home, and homes are kept as schools are.
        Organisation("institute-of-small-questions", "Institute of Small Questions", "SN"), Organisation("instituto-brujula", "Instituto Brújula", "CO"), Organisation("clay-cup-university", "Clay Cup University", "JO"),
        Organisation("paper-boat-fund", "Paper Boat Fund", "KE"),
    ];

    /// <summary>Every question of a part, answered with “unknown”.</summary>
    public static ImmutableSortedDictionary<string, ContextAnswer> Unknown(params ImmutableArray<ContextPart> parts) => ContextProfile.Dimensions.Where(question => parts.Contains(question.Part))
        .ToImmutableSortedDictionary(question => question.Code, _ => ContextAnswer.Unknown, StringComparer.Ordinal);

    public static async Task Register(DemonstrationSteps steps, LanternSchool school)
    {
        await steps.Do("system", school.Id, new RegisterSchool(school.Name, school.Country, LanternPeople.Network));
        if (school.HomeLanguage is not null) await steps.Do("system", school.Id, new DescribeSchoolContext(school.Context));
    }

    private static LanternSchool Organisation(string id, string name, string country) => new(id, name, country, "urban", HomeLanguage: null);
}
