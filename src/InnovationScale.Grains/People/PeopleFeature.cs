using InnovationScale.Search;
using InnovationScale.Storage;
using static InnovationScale.Role;

namespace InnovationScale.People;

/// <summary>Schools and people as the host runs and lists them.</summary>
public static class PeopleFeature
{
    public static void Add(Kinds kinds, Access access)
    {
        kinds.Add([Schools, Searched.Table<School>(2, s => new(s.Name, s.Network ?? "", s.Country, Hidden: false, s.Name))]).Add([People, Roles, Invitations, Tokens, Passkeys]);
        access
            .Allow<RegisterSchool>(Admin, Facilitator, Role.System).Allow<ConfirmSchool>(SchoolLead.At(Relation.Home)).Allow<RenameSchool>(Admin, SchoolLead.At(Relation.Home))
            .Allow<DescribeSchoolContext>(Teacher.At(Relation.Home), SchoolLead.At(Relation.Home), Researcher.At(Relation.Network), Facilitator.At(Relation.Network), Role.System)
            .Allow<RegisterPerson>(Admin, Role.System).Allow<RenamePerson>(Admin, Role.System).Allow<MovePerson>(Admin, Role.System)
            .Allow<GrantRole>(Admin, SchoolLead, Role.System).Allow<EndRole>(Access.SignedIn)
            .Allow<InvitePerson>(Admin, SchoolLead, Role.System).Allow<WithdrawInvitations>(Admin, SchoolLead)
            .Allow<ProposeErasure>(Admin).Allow<ConfirmErasure>(Admin).Allow<WithdrawErasure>(Admin)
            // Only of oneself: the product asks for it, for whoever has proved to be the person.
            .Allow<ErasePerson>(Role.System).Allow<AcceptInvitation>(Role.System).Allow<ChangePassword>(Role.System).Allow<ChangeEmail>(Role.System)
            .Allow<SetSecondFactor>(Role.System).Allow<RemoveSecondFactor>(Role.System).Allow<UseRecoveryCode>(Role.System)
            .Allow<AddPasskey>(Role.System).Allow<UsePasskey>(Role.System).Allow<RemovePasskey>(Role.System)
            .Allow<NoteRefusedTries>(Role.System).Allow<RevokeSession>(Role.System).Allow<MakeToken>(Role.System).Allow<RevokeToken>(Role.System)
            // Everybody else reads the history of her own account, whatever her roles.
            .Allow("read-person", Admin)
            .Allow("read-school", Access.Everybody).Allow("list-schools", Access.Everybody).Allow("list-people", Access.SignedIn).Allow("search", Access.Everybody);
    }

    public static ReadTable<School> Schools { get; } = ReadTable<School>.OneRow("school", 3,
        [("name", "text"), ("country", "text"), ("network", "text"), ("locality", "text"), ("setting", "text"), ("phase", "text"), ("acted_for_by", "text"), ("version", "bigint")], ["name", "country", "network, name"],
        view => view.State is var s ? [s.Name, s.Country, s.Network, Known(s, "locality"), Known(s, "setting"), Known(s, "school-phase"), s.ActedForBy, view.Version] : []);

    private static string? Known(School school, string dimension) => school.Context.GetValueOrDefault(dimension)?.Value;

    /// <summary>Of an erased person nothing personal stands here; somebody who was only invited does not stand here at all.</summary>
    public static ReadTable<Person> People { get; } = new("person", 3,
        [("name", "text"), ("home", "text"), ("erased", "bigint"), ("email_key", "text"), ("erasure_by", "text"), ("version", "bigint")], ["home", "name", "unique email_key"],
        view => view.State.IsRegistered
            ? [[view.State.DisplayName, view.State.Home, view.State.Erased ? 1L : 0L, view.State.Account?.EmailKey is { Length: > 0 } key ? key : null, view.State.ProposedErasure?.By, view.Version]]
            : []);

    /// <summary>Open invitations, by the organisation for which somebody was invited.</summary>
    public static ReadTable<Person> Invitations { get; } = new("invitation", 1,
        [("role", "text"), ("held_in", "text"), ("until_day", "text"), ("expires", "text")], ["held_in"],
        view => view.State.Invitations.Select(one => new object?[] { one.Role?.Role.ToString(), one.Role?.In, one.Until?.ToString("O"), Time.Write(one.Expires) }),
        many: true, same: (before, after) => before.Invitations == after.Invitations);

    public static ReadTable<Person> Tokens { get; } = new("api_token", 1,
        [("token", "text"), ("secret_sha256", "text"), ("expires", "text")], ["unique secret_sha256"],
        view => view.State.Tokens.Where(token => !token.Revoked).Select(token => new object?[] { token.Id, token.SecretSha256, Time.Write(token.Expires) }),
        many: true, same: (before, after) => before.Tokens == after.Tokens);

    /// <summary>No two accounts have the same.</summary>
    public static ReadTable<Person> Passkeys { get; } = new("passkey", 1,
        [("id_sha256", "text")], ["unique id_sha256"],
        view => PasskeyIds(view.State).Select(id => new object?[] { Secret.Sha256(id) }),
        // A use counts on and changes no id.
        many: true, same: (before, after) => PasskeyIds(before).SequenceEqual(PasskeyIds(after), StringComparer.Ordinal));

    private static IEnumerable<string> PasskeyIds(Person person) => (person.Account?.Passkeys ?? []).Select(passkey => passkey.Id);

    public static ReadTable<Person> Roles { get; } = new("person_role", 1,
        [("role", "text"), ("held_in", "text"), ("from_day", "text"), ("until_day", "text")], ["held_in"],
        view => view.State.Roles.Select(r => new object?[] { r.Role.Role.ToString(), r.Role.In, r.From.ToString("O"), r.Until?.ToString("O") }),
        many: true, same: (before, after) => before.Roles == after.Roles);
}
