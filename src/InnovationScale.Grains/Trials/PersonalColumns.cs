using System.Text.RegularExpressions;

namespace InnovationScale.Trials;

/// <summary>What a column seems to tell about a child.</summary>
internal enum Personal
{
    Name,
    BirthDate,
    Email,
    Phone,
    Address,
    NationalId,
}

/// <summary>
/// Finds columns that say who a pupil is: by the header, in English, French, Spanish, Portuguese, Swahili and Arabic, and by the shape of
/// values in sampled rows. Columns that nobody mapped count too: such a file should not have been sent, and none of it is kept.
/// </summary>
internal static partial class PersonalHeader
{
    public static Personal? Of(string header)
    {
        if (PersonalValue.IsEmail(header)) return Personal.Email;
        var spelled = $" {Spelling.Of(header)} ";
        if (Email().IsMatch(spelled)) return Personal.Email;
        if (BirthDate().IsMatch(spelled)) return Personal.BirthDate;
        if (Phone().IsMatch(spelled)) return Personal.Phone;
        if (NationalId().IsMatch(spelled)) return Personal.NationalId;
        if (Address().IsMatch(spelled) && !AboutAddressing().IsMatch(spelled)) return Personal.Address;
        if (Name().IsMatch(spelled) && !FrenchCount().IsMatch(spelled) && (Person().IsMatch(spelled) || !AboutAPlaceOrThing().IsMatch(spelled))) return Personal.Name;
        return null;
    }

    /// <summary>Columns whose capitalised words are places or groups and not people.</summary>
    public static bool NamesAPlace(string header) => AboutAPlaceOrThing().IsMatch($" {Spelling.Of(header)} ");

    // Every pattern meets the header between two spaces, spelled by Spelling.Of: no accents, no capitals, one space between words.
    [GeneratedRegex(" (e ?mails?|mail|courriel|correo( electronico)?|barua pepe|البريد( الالكتروني)?|بريد( الكتروني)?|ايميل) ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    [GeneratedRegex(" (dob|d o b|birth ?(date|day|year|month)|(date|day|year|month|place) of birth|born( on)?|(date|jour|annee|lieu) (de )?naissance|naissance|ne le|"
        + "(fecha|ano|lugar) (de )?nac(imiento)?|nacimiento|data (de )?nasc(imento)?|nascimento|tarehe ya kuzaliwa|kuzaliwa|mwaka wa kuzaliwa|(تاريخ )?(الميلاد|ميلاد|الولادة)) ",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex BirthDate();

    [GeneratedRegex(" (phones?|telephones?|tel|mobile|cell ?phone|whats ?app|contact (no|number)|telefono|movil|celular|telefone|portable|simu|namba ya simu|nambari ya simu|"
        + "الهاتف|هاتف|رقم الهاتف|الجوال|جوال|موبايل) ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Phone();

    [GeneratedRegex(" (national (id|identity|identification|insurance|number)( .*)?|nat ?id|nid|ssn|social security( .*)?|passport( .*)?|id card( .*)?|identity (card|number|no)|"
        + "birth certificate( .*)?|aadhaa?r( .*)?|upn|cin|cni|nir|numero (de )?(securite sociale|passeport|national)|carte (nationale )?d identite|passeport|dni|nie|curp|cpf|rg|rut|"
        + "cedula( .*)?|pasaporte|documento (nacional )?de identidad|kitambulisho( .*)?|(namba|nambari) ya (nida|kitambulisho|pasipoti)|nida|"
        + "(الرقم|رقم) (القومي|الوطني|الهوية)|رقم بطاقة الهوية|الهوية|جواز السفر|رقم جواز السفر) ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NationalId();

    [GeneratedRegex(" (addres+|street|house (no|number)|post ?code|postal code|zip( code)?|p ?o box|adresse|rue|code postal|domicile|direccion|domicilio|calle|codigo postal|endereco|morada|"
        + "cep|anwani|makazi|sanduku la posta|العنوان|عنوان|محل السكن|الرمز البريدي) ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex(" (names?|first ?names?|last ?names?|full ?names?|fore ?names?|sur ?names?|family ?names?|given ?names?|middle ?names?|nick ?names?|user ?names?|maiden ?name|initials|"
        + "pupil ?name|student ?name|child ?name|nom|noms|prenoms?|nombres?|apellidos?|nomes?|sobrenomes?|apelidos?|jina|majina|jina la (kwanza|mwisho|ukoo)|"
        + "الاسم|اسم|الاسماء|اللقب|الكنية|اسم العائلة) ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(" (pupils?|students?|child|learners?|teachers?|parents?|mother|father|guardian|first|last|full|sur|family|given|prenoms?|eleves?|enseignante?|alumn[oa]s?|estudiante|apellidos?|"
        + "maestr[oa]|profesora?|alun[oa]s?|mwanafunzi|wanafunzi|mwalimu|mzazi|التلميذ|الطالب|المعلم) ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Person();

    [GeneratedRegex(" (schools?|class(es|room)?|section|site|centre|center|group|arm|test|measure|instrument|subject|item|task|programme|program|project|lesson|book|district|region|county|"
        + "province|village|town|city|country|locale|ward|zone|cluster|strata|stratum|network|organi[sz]ation|assessment|unit|course|"
        + "ecole|etablissement|classe|groupe|epreuve|mesure|matiere|ville|commune|academie|pays|departement|escuela|colegio|centro|clase|grupo|prueba|medida|materia|asignatura|municipio|"
        + "provincia|ciudad|pueblo|pais|escola|turma|disciplina|shule|darasa|mkondo|kundi|jaribio|somo|kijiji|wilaya|mkoa|kata|mji|nchi|"
        + "المدرسة|مدرسة|الفصل|الصف|المجموعة|الاختبار|المقياس|المادة|المدينة|القرية|المنطقة|المحافظة|البلد|المركز|البرنامج) ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AboutAPlaceOrThing();

    [GeneratedRegex(" (addressed|address(es|ing)? (needs|goals)|الاختبار|الدرس) ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AboutAddressing();

    /// <summary>“Nombre” counts in French and names in Spanish.</summary>
    [GeneratedRegex(" nombre (d|de|total) (eleves?|absences?|seances?|heures?|jours?|lecons?|enfants?|filles?|garcons?|points?|livres?|reponses?|items?|presences?|d eleves|mots?|total)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FrenchCount();
}

/// <summary>The shape of a single value.</summary>
internal static partial class PersonalValue
{
    public static bool IsEmail(string text) => text.Contains('@', StringComparison.Ordinal) && EmailShape().IsMatch(text);

    public static bool IsPhone(string text) => text.Length is >= 9 and <= 24 && PhoneShape().IsMatch(text);

    public static bool IsAddress(string text) => text.Length >= 6 && AddressShape().IsMatch(text);

    public static bool IsNationalId(string text) => text.Length is >= 9 and <= 20 && NationalIdShape().IsMatch(text);

    public static bool IsLongNumber(string text) => text.Length is >= 9 and <= 18 && text.All(char.IsAsciiDigit);

    public static bool IsFullName(string text) => text.Length is >= 4 and <= 80 && FullNameShape().IsMatch(text);

    public static bool IsOneName(string text) => text.Length is >= 3 and <= 20 && OneNameShape().IsMatch(text);

    /// <summary>Whether one value by itself is enough not to show it to anybody.</summary>
    public static bool IsTelling(string text) => IsEmail(text) || IsPhone(text) || IsAddress(text) || IsNationalId(text) || IsLongNumber(text) || IsFullName(text) || Day(text) is not null;

    /// <summary>A date as days since year 0, near enough to measure a span; null for anything else.</summary>
    public static int? Day(string text)
    {
        if (text.Length is < 6 or > 24 || DateShape().Match(text) is not { Success: true } match) return null;
        static int Number(Group group) => group.Success ? int.Parse(group.ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var year = Number(match.Groups["y"]);
        if (year < 100) year += year < 50 ? 2000 : 1900;
        return year * 365 + Number(match.Groups["m"]) * 30 + Number(match.Groups["d"]);
    }

    // Without backtracking, so that no value takes long.
    [GeneratedRegex(@"^\s*[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex EmailShape();

    [GeneratedRegex(@"^\s*(\+\d[\d ().-]{7,}\d|00\d{1,3}[ .-][\d ().-]{6,}\d|0\d{8,10}|0\d([ .-]\d\d){4}|\(?0?\d{2,4}\)?[ .-]\d{3,4}[ .-]\d{3,4}|0\d{2,4} \d{5,7})\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PhoneShape();

    [GeneratedRegex(@"^\s*(\d{1,5}[A-Za-z]?,? .*\b(street|st|road|rd|avenue|ave|lane|ln|drive|close|court|way|rue|boulevard|bd|place|chemin|allée)\b.*|(rue|avenue|boulevard|chemin|calle|avenida|av|"
        + @"carrera|rua|travessa|mtaa wa|barabara ya|شارع|حي)\b\.? .*\d.*|شارع .*|p\.? ?o\.? ?box .*|s\.? ?l\.? ?p\.? \d.*)\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AddressShape();

    [GeneratedRegex(@"^(\d{3}-\d{2}-\d{4}|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]|\d{8}-?[A-Z]|[XYZ]-?\d{7}-?[A-Z]|\d{4} \d{4} \d{4}|[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3}( ?\d{2})?|[A-Z]\d{12}|"
        + @"\d{3}\.\d{3}\.\d{3}-\d{2}|[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d|\d{8}-\d{5}-\d{5}-\d{2})$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NationalIdShape();

    [GeneratedRegex(@"^\s*(\p{Lu}[\p{Ll}'’-]+(\p{Lu}[\p{Ll}]+)?|\p{Lu}\.|\p{Lo}{2,}|\p{Lu}{2,})(,? (\p{Lu}[\p{Ll}'’-]*(\p{Lu}[\p{Ll}]+)?\.?|de|da|del|la|van|bin|binti|wa|\p{Lo}{2,}|\p{Lu}{2,})){1,4}\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FullNameShape();

    [GeneratedRegex(@"^\s*(\p{Lu}[\p{Ll}'’-]{2,}|\p{Lo}{3,})\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OneNameShape();

    [GeneratedRegex(@"^\s*((?<y>(19|20)\d\d)[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})|(?<d>\d{1,2})[-/. ](?<m>\d{1,2})[-/. ](?<y>(19|20)?\d\d)|"
        + @"(?<d>\d{1,2})[- ]\p{L}{3,9}\.?[- ](?<y>(19|20)?\d\d))([ T]\d\d:\d\d.*)?\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DateShape();
}

/// <summary>
/// Looks at the values of one column in sampled rows and says what they seem to be. Keeps counts and a few hash codes, no value.
/// </summary>
internal sealed class ColumnShape(string header, ColumnUse use)
{
    private const int DistinctLimit = 1000;
    private readonly HashSet<int> distinct = [];
    private int seen, emails, phones, addresses, ids, longNumbers, fullNames, oneNames, dates;
    private int firstDay = int.MaxValue;
    private int lastDay = int.MinValue;

    public void Look(string value)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > 200) return;
        seen++;
        if (distinct.Count < DistinctLimit) distinct.Add(value.GetHashCode(StringComparison.Ordinal));
        if (PersonalValue.IsEmail(value)) emails++;
        if (PersonalValue.IsNationalId(value)) ids++;
        if (PersonalValue.IsLongNumber(value)) longNumbers++;
        if (PersonalValue.IsPhone(value)) phones++;
        if (PersonalValue.IsAddress(value)) addresses++;
        if (PersonalValue.IsFullName(value)) fullNames++;
        if (PersonalValue.IsOneName(value)) oneNames++;
        if (PersonalValue.Day(value) is not { } day) return;
        dates++;
        (firstDay, lastDay) = (Math.Min(firstDay, day), Math.Max(lastDay, day));
    }

    public Personal? Verdict()
    {
        if (emails > 0) return Personal.Email;
        if (seen == 0 || use == ColumnUse.Number) return null;
        if (Most(ids)) return Personal.NationalId;
        if (use == ColumnUse.Group) return null;   // schools and classes have codes and names of their own
        if (Most(phones)) return Personal.Phone;
        if (Most(longNumbers) && Various(3)) return Personal.NationalId;
        if (addresses * 10 >= seen * 3) return Personal.Address;
        // Tests are taken on a few days; birthdays are nearly all different and spread over a school year at least.
        if (dates * 10 >= seen * 8 && Various(3) && lastDay - firstDay >= 90) return Personal.BirthDate;
        if (PersonalHeader.NamesAPlace(header)) return null;
        if (fullNames * 10 >= seen * 6 && Various(3)) return Personal.Name;
        if (oneNames * 10 >= seen * 9 && Various(5)) return Personal.Name;
        return null;
    }

    private bool Most(int count) => count * 2 >= seen && count > 0;

    private bool Various(int atLeast) => distinct.Count >= atLeast && distinct.Count * 10 >= Math.Min(seen, DistinctLimit) * 3;   // a pupil may have a row for each of three waves
}

/// <summary>What a column is mapped to, as far as its shape matters.</summary>
internal enum ColumnUse
{
    None,
    Pupil,

    /// <summary>School, class, arm, wave, subgroup.</summary>
    Group,
    Number,
}
