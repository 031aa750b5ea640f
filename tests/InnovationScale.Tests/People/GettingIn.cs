using InnovationScale.Pilots;
using static InnovationScale.Pilots.HeronBay;

namespace InnovationScale.People;

/// <summary>An account is opened by a link that somebody with the right to give the role gave out.</summary>
public class AnInvitation
{
    private static readonly Stamp Itself = HeronBay.Product;
    private static readonly HeldRole Teacher = new(Role.Teacher, "heron-bay");
    private static readonly DateTimeOffset InAWeek = Noon.AddDays(7);
    private static readonly InvitePerson Invite = new("heron-bay", Teacher, "hash", InAWeek);
    private static readonly AcceptInvitation Accept = new("hash", "Ana", null, "ana@example.org", "key", "password-hash");

    private static readonly Story<Person> Invited = Story.Of<Person>().When(Invite, Lead).Then(new PersonInvited("heron-bay", Teacher, "hash", InAWeek, null));

    [Fact]
    public void Registers_opens_an_account_and_gives_the_role() => Invited
        .When(Accept, Itself).Then(new PersonRegistered("Ana", "heron-bay"), new AccountOpened("ana@example.org", "key", "password-hash"), new RoleGranted(Teacher, Itself.Day))
        .Where(person => Assert.True(person.Holds(Teacher, Itself.Day)));

    [Fact]
    public void Opens_one_account_once() => Invited.After(Accept, Itself).When(Accept, Itself).ThenRefused("account-open-already");

    [Fact]
    public void Opens_nothing_without_its_secret_or_after_its_end()
    {
        Invited.When(Accept with { SecretSha256 = "other" }, Itself).ThenRefused("invitation-unknown");
        Invited.When(Accept, Itself with { At = InAWeek }).ThenRefused("invitation-unknown");
        Invited.After(new WithdrawInvitations(), Lead).When(Accept, Itself).ThenRefused("invitation-unknown").When(new WithdrawInvitations(), Lead).ThenRefused("not-invited");
    }

    [Fact]
    public void Says_what_is_wrong_with_a_form()
    {
        Invited.When(Accept with { DisplayName = " " }, Itself).ThenRefused("name-missing");
        foreach (var email in (string[])["", "ana", "@example.org", "ana@", "a b@example.org", "a@b@c", "ana@example.org\n"])
            Invited.When(Accept with { Email = email.Replace("\n", "\u0001", StringComparison.Ordinal) }, Itself).ThenRefused("email-impossible");
    }

    [Fact]
    public void Comes_from_somebody_who_may_give_the_role()
    {
        Story.Of<Person>().When(Invite, OtherLead).ThenRefused("may-not-set-roles");
        Story.Of<Person>().When(Invite with { Role = new(Role.Researcher, "pool") }, Lead).ThenRefused("may-not-set-roles");
        Story.Of<Person>().When(Invite with { Role = null }, Lead).ThenRefused("role-not-grantable");
        Story.Of<Person>().When(Invite with { Home = "" }, Lead).ThenRefused("home-missing");
        Story.Of<Person>().When(Invite with { Expires = Noon.AddDays(31) }, Lead).ThenRefused("expiry-impossible");
        Story.Of<Person>().When(Invite with { Expires = Noon }, Lead).ThenRefused("expiry-impossible");
        Invited.When(new WithdrawInvitations(), OtherLead).ThenRefused("may-not-set-roles");
    }

    [Fact]
    public void Lets_the_first_person_name_her_organisation()
    {
        var first = Story.Of<Person>().After(new InvitePerson(null, new(Role.Admin, "programme"), "hash", Noon.AddDays(1)), Itself);
        first.When(Accept, Itself).ThenRefused("home-missing");
        first.After(Accept with { Home = "office" }, Itself).Where(person => Assert.Equal("office", person.Home));
    }

    [Fact]
    public void Of_somebody_who_is_registered_opens_an_account_and_nothing_else()
    {
        var registered = Story.Of<Person>().After(new RegisterPerson("Ana", "heron-bay"), Itself);
        registered.When(Invite, Lead).ThenRefused("may-not-invite");
        registered.After(Invite, As("ada", Role.Admin, "programme")).When(Accept with { DisplayName = "Somebody else" }, Itself)
            .Then(new AccountOpened("ana@example.org", "key", "password-hash"));
    }
}

/// <summary>What changes an account, and what an older link is then worth.</summary>
public class AnAccount
{
    private static readonly Stamp Itself = HeronBay.Product;
    private static readonly Story<Person> Ana = Story.Of<Person>().After(new RegisterPerson("Ana", "heron-bay"), Itself)
        .After(new InvitePerson(null, null, "hash", Noon.AddDays(7)), Itself).After(new AcceptInvitation("hash", "", null, "ana@example.org", "key", "first"), Itself);

    [Fact]
    public void Takes_a_new_password_from_a_link_once()
    {
        Ana.When(new ChangePassword("second", 0), Itself).Then(new PasswordChanged("second")).When(new ChangePassword("third", 0), Itself).ThenRefused("link-used");
        Ana.After(new ChangePassword("second"), Itself).When(new ChangeEmail("new@example.org", "new-key", 0), Itself).ThenRefused("link-used");
        Ana.After(new ChangeEmail("new@example.org", "new-key", 0), Itself).Where(person => Assert.Equal("new-key", person.Account!.EmailKey));
    }

    [Fact]
    public void Tells_its_person_what_was_refused_before_she_got_in()
    {
        Ana.When(new NoteRefusedTries(4, 1, Noon), Itself).Then(new TriesRefused(4, 1, Noon)).When(new ChangePassword("second", 0), Itself).ThenAccepted();
        Story.Of<Person>().After(new RegisterPerson("Ana", "heron-bay"), Itself).When(new NoteRefusedTries(4, 1, Noon), Itself).ThenRefused("no-account");
    }

    [Fact]
    public void Has_at_most_one_second_factor_whose_recovery_codes_work_once()
    {
        var guarded = Ana.After(new SetSecondFactor("KEY", ["a", "b"]), Itself);
        guarded.When(new SetSecondFactor("OTHER", []), Itself).ThenRefused("second-factor-set-already");
        guarded.When(new UseRecoveryCode("a"), Itself).Then(new RecoveryCodeUsed(["b"])).When(new UseRecoveryCode("a"), Itself).ThenRefused("recovery-code-unknown");
        guarded.When(new RemoveSecondFactor(), Itself).Then(new SecondFactorRemoved("", [])).Where(person => Assert.False(person.Account!.HasSecondFactor))
            .When(new RemoveSecondFactor(), Itself).ThenRefused("no-second-factor");
    }

    private static readonly Passkey Phone = new("aWQ", "handle", "my phone", "key", 3, ["internal"], MayBeBackedUp: true, IsBackedUp: false, Noon);

    [Fact]
    public void Takes_passkeys_that_count_on_until_they_are_removed()
    {
        Ana.When(new AddPasskey(Phone with { Name = " " }), Itself).ThenRefused("passkey-name-missing");
        var keyed = Ana.When(new AddPasskey(Phone with { Name = " my phone ", Added = default }), Itself).Then(new PasskeyAdded("handle", [Phone with { Added = Itself.At }]));
        keyed.When(new AddPasskey(Phone), Itself).ThenRefused("passkey-known");
        keyed.When(new ChangePassword("second", 0), Itself).ThenRefused("link-used");
        keyed.When(new ChangePassword("second"), Itself).Then(new PasswordChanged("second"));
        keyed.When(new ChangePassword("second", 1), Itself).Then(new PasswordChanged("second"), new PasskeyRemoved("handle", []));
        foreach (var count in (long[])[0, 2, 3]) keyed.When(new UsePasskey("handle", count, false), Itself).ThenRefused("passkey-copied");
        var later = Itself with { At = Noon.AddDays(3) };
        keyed.When(new UsePasskey("handle", 4, true), later).Then(new PasskeyUsed("handle", [Phone with { Added = Itself.At, Uses = 4, IsBackedUp = true, LastUsed = later.At }]));
        keyed.When(new UsePasskey("other", 4, true), Itself).ThenRefused("no-such-passkey");
        keyed.When(new RemovePasskey("handle"), Itself).Then(new PasskeyRemoved("handle", [])).When(new UsePasskey("handle", 5, true), Itself).ThenRefused("no-such-passkey")
            .When(new RemovePasskey("handle"), Itself).ThenRefused("no-such-passkey");

        // Those that stand on several devices count nothing.
        var uncounted = Ana.After(new AddPasskey(Phone with { Uses = 0 }), Itself).After(new UsePasskey("handle", 0, true), Itself).After(new UsePasskey("handle", 0, true), Itself);
        var many = Enumerable.Range(1, 19).Aggregate(uncounted, (story, n) => story.After(new AddPasskey(Phone with { Id = $"id{n}", Handle = $"h{n}" }), Itself));
        many.When(new AddPasskey(Phone with { Id = "one-more" }), Itself).ThenRefused("too-many-passkeys");
    }

    [Fact]
    public void Gives_tokens_that_say_what_for_and_end()
    {
        var make = new MakeToken("t1", "export", "hash", [TokenScope.Write, TokenScope.Read, TokenScope.Read], Noon.AddDays(90));
        Ana.When(make with { Purpose = "" }, Itself).ThenRefused("purpose-missing");
        Ana.When(make with { Scopes = [] }, Itself).ThenRefused("scope-missing");
        Ana.When(make with { Expires = Noon.AddDays(400) }, Itself).ThenRefused("expiry-impossible");
        Ana.When(make, Itself).Then(new TokenMade("t1", "export", "hash", [TokenScope.Read, TokenScope.Write], Noon.AddDays(90)))
            .After(new RevokeToken("t1"), Itself).When(new RevokeToken("t1"), Itself).ThenRefused("no-such-token");
        var many = Enumerable.Range(0, 20).Aggregate(Ana, (story, n) => story.After(make with { Token = $"t{n}" }, Itself));
        many.When(make with { Token = "t20" }, Itself).ThenRefused("too-many-tokens").After(new RevokeToken("t3"), Itself).After(make with { Token = "t20" }, Itself);
    }

    [Fact]
    public void Ends_with_the_person_who_is_erased()
    {
        Ana.When(new ErasePerson("ana"), Lead).ThenRefused("may-not-erase");
        Ana.When(new ErasePerson("ana"), As("ana", Role.Teacher, "heron-bay")).Then(new SubjectErased())
            .Where(person => Assert.Equal((Person.ErasedName, null, true), (person.DisplayName, person.Account, person.Erased)))
            .When(new RenamePerson("Ana"), Itself).ThenRefused("person-erased");
    }

    [Fact]
    public void Is_erased_by_two_administrators_who_are_not_its_owner()
    {
        var (first, second, owner) = (As("ada", Role.Admin, "programme"), As("bea", Role.Admin, "programme"), As("ana", Role.Admin, "programme"));
        Ana.When(new ErasePerson("ana"), first).ThenRefused("may-not-erase").When(new ConfirmErasure("ana"), first).ThenRefused("erasure-not-proposed")
            .When(new ProposeErasure("ana", ErasureReason.Left), owner).ThenRefused("erasure-of-yourself");
        var proposed = Ana.When(new ProposeErasure("ana", ErasureReason.Left), first).Then(new ErasureProposed(ErasureReason.Left));
        proposed.When(new ProposeErasure("ana", ErasureReason.Asked), second).ThenRefused("erasure-proposed-already").When(new ConfirmErasure("ana"), first).ThenRefused("erasure-same-person")
            .When(new ConfirmErasure("ana"), owner).ThenRefused("erasure-of-yourself").When(new WithdrawErasure("ana"), owner).ThenRefused("erasure-of-yourself");
        proposed.When(new ConfirmErasure("ana"), second).Then(new SubjectErased()).Where(person => Assert.Equal((true, null), (person.Erased, person.ProposedErasure)));
        proposed.When(new WithdrawErasure("ana"), first).Then(new ErasureWithdrawn()).When(new ConfirmErasure("ana"), second).ThenRefused("erasure-not-proposed")
            .When(new WithdrawErasure("ana"), second).ThenRefused("erasure-not-proposed");
    }

    [Fact]
    public void Is_asked_for_before_it_can_change() => Story.Of<Person>().After(new RegisterPerson("Ana", "heron-bay"), Itself)
        .When(new ChangePassword("hash"), Itself).ThenRefused("no-account");
}

/// <summary>A lead who is away has a colleague stand in for her until a day.</summary>
public class StandingInForALead
{
    private static readonly Stamp Itself = HeronBay.Product;
    private static readonly HeldRole TheLead = new(Role.SchoolLead, "heron-bay");
    private static readonly DateOnly From = new(2026, 9, 1), Until = new(2026, 9, 30);

    private static readonly Story<Person> Colleague = Story.Of<Person>().After(new RegisterPerson("Cleo", "heron-bay"), Itself);

    [Fact]
    public void Ends_by_itself_on_that_day() => Colleague.When(new GrantRole(TheLead, From, Until), Lead).Then(new RoleGranted(TheLead, From, Until))
        .Where(person => Assert.True(person.Holds(TheLead, Until))).Where(person => Assert.False(person.Holds(TheLead, Until.AddDays(1))));

    [Fact]
    public void Can_be_ended_earlier_and_begun_again() => Colleague.After(new GrantRole(TheLead, From, Until), Lead)
        .When(new GrantRole(TheLead, Until, Until.AddDays(3)), Lead).ThenRefused("role-already-held")
        .After(new EndRole("cleo", TheLead, From.AddDays(2)), Lead).Where(person => Assert.False(person.Holds(TheLead, From.AddDays(3))))
        .After(new GrantRole(TheLead, From.AddDays(5), Until), Lead).Where(person => Assert.True(person.Holds(TheLead, Until)));

    [Fact]
    public void Is_for_a_time_and_in_her_own_school()
    {
        Colleague.When(new GrantRole(TheLead, From), Lead).ThenRefused("may-not-set-roles");
        Colleague.When(new GrantRole(TheLead, From, From.AddDays(400)), Lead).ThenRefused("may-not-set-roles");
        Colleague.When(new GrantRole(TheLead, From, From.AddDays(-1)), Lead).ThenRefused("ends-before-start");
        Colleague.When(new GrantRole(TheLead, From, Until), OtherLead).ThenRefused("may-not-set-roles");
        Colleague.After(new GrantRole(TheLead, From), Itself).When(new EndRole("cleo", TheLead, Until), Lead).ThenRefused("may-not-set-roles");
    }
}
