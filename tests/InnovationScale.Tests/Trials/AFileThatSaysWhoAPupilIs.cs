using System.Text;

namespace InnovationScale.Trials;

public class AFileThatSaysWhoAPupilIs
{
    private static readonly (string Header, string[] Values)[] ByHeader =
    [
        .. Of("Name;name;NAME;First name;first_name;firstName;Last Name;last_name;Surname;surname;Full name;pupil name;student_name;StudentName;Learner Name;Given names;family name;forename;initials;nickname;"
            + "username;teacher name;parent name;mother's name;guardian_name;child name;Nom;nom;Prénom;prenom;nom de famille;Nom et prénom;nom de l'élève;Nombre;nombre;nombre del alumno;Nombre y apellidos;"
            + "apellido;Apellidos;primer apellido;nombre de la alumna;nome;Nome do aluno;sobrenome;jina;Jina;jina la mwanafunzi;jina la kwanza;majina;jina kamili;الاسم;اسم التلميذ;اسم الطالب;اللقب;الاسم الكامل;اسم العائلة"),
        .. Of("DOB;dob;date of birth;Date_of_Birth;birth date;birthdate;birthday;BirthDate;birth_year;year of birth;Date de naissance;naissance;né le;fecha de nacimiento;Fecha Nac;nacimiento;data de nascimento;"
            + "tarehe ya kuzaliwa;kuzaliwa;mwaka wa kuzaliwa;تاريخ الميلاد;تاريخ الولادة;الميلاد"),
        .. Of("email;E-mail;e_mail;Email address;parent email;pupilEmail;courriel;adresse e-mail;correo electrónico;correo;barua pepe;البريد الإلكتروني"),
        .. Of("phone;Phone number;telephone;mobile;Mobile No;parent_phone;WhatsApp;téléphone;tel;Teléfono;móvil;celular;telefone;simu;namba ya simu;nambari ya simu ya mzazi;رقم الهاتف;الهاتف;جوال"),
        .. Of("address;Home address;street;postcode;Post code;zip;ZIP code;adresse;code postal;rue;Dirección;domicilio;código postal;endereço;anwani;makazi;العنوان;عنوان"),
        .. Of("national id;National ID number;NationalID;ssn;social security number;passport;passport number;id card;Birth certificate no;aadhaar;UPN;carte d'identité;numéro de sécurité sociale;passeport;dni;DNI;"
            + "curp;cédula;pasaporte;documento de identidad;cpf;kitambulisho;namba ya kitambulisho;nambari ya NIDA;الرقم القومي;رقم الهوية;الرقم الوطني;رقم جواز السفر"),
    ];

    private static readonly (string Header, string[] Values)[] ByShape =
    [
        ("col5", ["Amina Odhiambo", "Juma Mwangi", "Brian Otieno", "Grace Wanjiru", "Peter Kamau", "Faith Achieng"]),
        ("x", ["García López, María", "Pérez Ruiz, Juan", "Díaz Gil, Ana", "Mora Sanz, Luis", "Vega Cano, Eva", "Rey Sol, Iván"]),
        ("élément", ["Zoé Martin", "Léa Dubois", "Hugo Petit", "Jean-Luc Moreau", "Chloé Roux", "Inès Blanc"]),
        ("ملاحظة", ["محمد أحمد", "فاطمة علي", "يوسف حسن", "مريم خالد", "عمر سعيد", "ليلى محمود"]),
        ("who", ["Amina", "Juma", "Brian", "Grace", "Peter", "Faith"]),
        ("listed", ["AMINA ODHIAMBO", "JUMA MWANGI", "BRIAN OTIENO", "GRACE WANJIRU", "PETER KAMAU", "FAITH ACHIENG"]),
        ("c6", ["2012-03-14", "2011-11-02", "2012-07-30", "2012-01-09", "2011-09-21", "2012-05-05"]),
        ("d", ["14/03/2012", "02/11/2011", "30/07/2012", "09/01/2012", "21/09/2011", "05/05/2012"]),
        ("d2", ["14.3.12", "2.11.11", "30.7.12", "9.1.12", "21.9.11", "5.5.12"]),
        ("remark", ["", "", "call amina", "amina@example.org", "", ""]),
        ("login", ["a.odhiambo@school.ke", "j.m@school.ke", "b@school.ke", "g@school.ke", "p@school.ke", "f@school.ke"]),
        ("c7", ["+254712345678", "+254722345679", "+254732345670", "+254742345671", "+254752345672", "+254762345673"]),
        ("c8", ["0712 345678", "0722 345679", "0732 345670", "0742 345671", "0752 345672", "0762 345673"]),
        ("c9", ["06 12 34 56 78", "06 22 34 56 78", "06 32 34 56 78", "06 42 34 56 78", "06 52 34 56 78", "06 62 34 56 78"]),
        ("c10", ["(555) 123-4567", "(555) 223-4567", "(555) 323-4567", "(555) 423-4567", "(555) 523-4567", "(555) 623-4567"]),
        ("c11", ["12 Harbour Road", "3 Hill Street", "44 Mill Lane", "7 Park Avenue", "9 High St", "21 Church Rd"]),
        ("c12", ["12 rue de la Paix", "3 rue Monge", "4 avenue Foch", "5 boulevard Ney", "7 rue Cler", "8 rue Bleue"]),
        ("c13", ["Calle Mayor 12", "Calle Luna 3", "Avenida Sol 4", "Calle Real 9", "Calle Nueva 1", "Calle Ancha 2"]),
        ("c14", ["P.O. Box 123", "P.O. Box 124", "PO Box 125", "P.O. Box 126", "P.O. Box 127", "P.O. Box 128"]),
        ("c15", ["123-45-6789", "223-45-6789", "323-45-6789", "423-45-6789", "523-45-6789", "623-45-6789"]),
        ("c16", ["12345678Z", "22345678X", "32345678Y", "42345678A", "52345678B", "62345678C"]),
        ("c17", ["1234 5678 9012", "2234 5678 9012", "3234 5678 9012", "4234 5678 9012", "5234 5678 9012", "6234 5678 9012"]),
        ("c18", ["30105142101234", "30105142101235", "30105142101236", "30105142101237", "30105142101238", "30105142101239"]),
        ("c19", ["A123456789012", "B123456789012", "C123456789012", "D123456789012", "E123456789012", "F123456789012"]),
        ("pupil", ["123456789", "123456780", "123456781", "123456782", "123456783", "123456784"]),
        ("pupil id", ["AB123456C", "AB123457C", "AB123458C", "AB123459C", "AB123450C", "AB123451C"]),
    ];

    [Fact]
    public async Task Is_refused_by_header_or_by_shape_with_the_column_named()
    {
        var files = ByHeader.Concat(ByShape).ToList();
        var missed = new List<string>();
        foreach (var (header, values) in files)
        {
            var reduction = await Reduce(header, values);
            Assert.True(reduction.Accepted == reduction.Cells.Length > 0);
            if (!reduction.Errors.Any(error => error.Code.StartsWith("personal-", StringComparison.Ordinal) && error.Column is not null)) missed.Add(header);
        }

        Assert.InRange(files.Count, 150, int.MaxValue);
        Assert.True(missed.Count * 100 <= files.Count, $"{missed.Count} of {files.Count} let in: {string.Join("; ", missed)}");
    }

    [Fact]
    public async Task Leaves_none_of_its_values_in_the_answer()
    {
        foreach (var (header, values) in ByShape)
        {
            var told = System.Text.Json.JsonSerializer.Serialize(await Reduce(header, values), StoredJson.Options);
            Assert.All(values.Where(value => value.Length > 5), value => Assert.DoesNotContain(value, told, StringComparison.Ordinal));
        }
    }

    private static IEnumerable<(string Header, string[] Values)> Of(string headers) => headers.Split(';').Select(header => (header, (string[])["a1", "b2", "c3"]));

    private static Task<Reduction> Reduce(string header, string[] values)
    {
        var isCode = header.StartsWith("pupil", StringComparison.Ordinal) && values[0].Length > 5;
        var rows = HostileCsv.GoodRows.Select((row, at) => (isCode ? row[(row.IndexOf(',') + 1)..] : row) + $",\"{values[at % values.Length]}\"");
        rows = rows.Take(values.Length * 2);   // each pupil at two waves
        var text = string.Join('\n', rows.Prepend((isCode ? "" : "pupil,") + $"school,class,arm,score,\"{header}\""));
        return UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), HostileCsv.Plan);
    }
}

public class AFileThatSaysNothingOfWhoAPupilIs
{
    [Fact]
    public async Task Is_hardly_ever_refused_for_it()
    {
        // Headers as schools write them, each with values such a column has.
        string[] plain =
        [
            "age", "age in months", "grade", "year group", "sex", "gender", "girls", "boys", "free_lunch", "free school meals", "disability", "special needs", "home language", "language of instruction",
            "attendance", "days absent", "absences", "teacher_years", "teacher experience", "class size", "number of pupils", "locale", "urban", "stratum", "pair", "block", "weight", "term", "week",
            "test version", "form", "minutes", "lessons attended", "books at home", "meals a day", "distance to school km", "mother education", "father education", "parent education", "household size",
            "electricity", "repeated a year", "comments", "item 1", "item_2", "q3", "Q4", "reading", "writing", "science", "fluency", "wpm", "effort", "motivation", "confidence", "homework", "tutor sessions",
            "âge", "sexe", "niveau", "filles", "garçons", "nombre d'élèves", "nombre d'absences", "nombre de séances", "langue", "langue maternelle", "zone", "effectif de la classe", "ancienneté", "note 2",
            "redoublant", "lecture", "calcul", "cantine", "trimestre", "épreuve", "présence", "handicap", "boursier",
            "edad", "sexo", "grado", "curso", "niñas", "niños", "número de alumnos", "asistencia", "faltas", "lengua materna", "idioma", "turno", "zona", "repitente", "lectura", "escritura", "becado", "trimestre 2",
            "umri", "jinsia", "wasichana", "wavulana", "idadi ya wanafunzi", "mahudhurio", "lugha ya nyumbani", "muhula", "kusoma", "kuandika", "hisabati", "ulemavu", "chakula cha mchana", "siku za kutohudhuria",
            "العمر", "الجنس", "المستوى", "عدد التلاميذ", "عدد الغيابات", "الحضور", "اللغة", "اللغة الأم", "القراءة", "الكتابة", "الرياضيات", "الوجبة المدرسية", "الإعاقة", "عدد الحصص", "الفصل الدراسي",
        ];
        (string Header, string[] Values)[] withValues =
        [
            ("school name", ["Heron Bay Primary", "Mill Lane Primary", "Hill View School"]), ("nom de l'école", ["Jules Ferry", "Jean Moulin", "Victor Hugo"]), ("district", ["North Bay", "South Hill", "East Town"]),
            ("nombre de la escuela", ["San Martín", "Simón Bolívar", "Benito Juárez"]), ("jina la shule", ["Shule Moja", "Shule Mbili", "Shule Tatu"]), ("اسم المدرسة", ["مدرسة النور", "مدرسة الأمل", "مدرسة السلام"]),
            ("village", ["Kisumu", "Nakuru", "Eldoret", "Thika", "Malindi", "Lamu"]), ("ville", ["Lyon", "Paris", "Lille", "Nantes", "Brest", "Tours"]), ("kijiji", ["Kibera", "Mbale", "Lodwar", "Voi", "Embu", "Meru"]),
            ("test name", ["Maths A", "Maths B"]), ("class name", ["Lions", "Tigers", "Eagles"]), ("test date", ["2024-05-13", "2024-05-14"]), ("date du test", ["13/05/2024", "14/05/2024"]), ("fecha de la prueba", ["13/05/2024"]),
            ("tarehe ya jaribio", ["13/05/2024"]), ("تاريخ الاختبار", ["2024-05-13"]), ("score_pct", ["45.5", "61.25", "70"]), ("raw points", ["120034", "120035"]), ("ethnicity", ["Group A", "Group B"]),
            ("comment", ["Absent", "Present", "Late"]), ("level", ["Beginner", "Word", "Paragraph", "Story"]), ("mwalimu miaka", ["3", "11"]), ("month", ["January", "February", "March"]), ("start time", ["09:30", "10:15"]),
            ("latest version", ["1.2.3", "1.2.4"]), ("emis code", ["10234", "10235"]), ("status", ["Enrolled", "Left", "Moved"]), ("subject name", ["Mathematics", "Reading"]), ("language name", ["Swahili", "Luo"]),
        ];
        var files = plain.Select(header => (Header: header, Values: (string[])["1", "2", "3"])).Concat(withValues).ToList();
        var refused = new List<string>();
        foreach (var (header, values) in files)
        {
            // No column of these files is called twice, whatever it is called.
            var text = string.Join('\n', HostileCsv.GoodRows.Select((row, at) => $"{row},{values[at % values.Length]}").Prepend($"pupil,school,class,arm,score,\"{header}\""));
            var reduction = await UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), HostileCsv.Plan);
            if (!reduction.Accepted) refused.Add($"{header}: {reduction.Errors[0].Code}");
        }

        Assert.InRange(files.Count, 150, int.MaxValue);
        Assert.True(refused.Count * 100 <= files.Count, $"{refused.Count} of {files.Count} refused: {string.Join("; ", refused)}");
    }

    [Theory]
    [InlineData("school,class,arm,score", "1,c0,small,420")]
    [InlineData("École;Classe;Groupe;Note", "1;c0;small;420")]
    [InlineData("Escuela;Grupo clase;Condición;Puntaje", "1;c0;small;420")]
    [InlineData("Shule,Darasa,Kundi,Alama", "1,c0,small,420")]
    [InlineData("المدرسة,الفصل,المجموعة,الدرجة", "1,c0,small,420")]
    public async Task Is_understood_in_the_school_s_own_language(string header, string row)
    {
        var reduction = await UploadReduction.ReduceAsync(new MemoryStream(Encoding.UTF8.GetBytes(header + "\n" + string.Concat(Enumerable.Repeat(row + "\n", 6)))), HostileCsv.Plan);
        Assert.Empty(reduction.Errors);
        Assert.Equal(new CellKey("1", "c0", "small", "Maths", "outcome", ""), Assert.Single(reduction.Cells).Key);
        Assert.Equal(6, reduction.Rows);
    }
}
