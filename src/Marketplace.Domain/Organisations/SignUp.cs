using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>What is wrong with one field of a form.</summary>
public sealed record FieldRefusal(string Field, Refusal Refusal);

/// <summary>What the form about an organisation says, as typed.</summary>
/// <param name="Country">Where it is registered, ISO 3166-1 alpha-2; nothing or CN stand for mainland China.</param>
/// <param name="RegistryNumber">Its number in the company register there, instead of the code.</param>
/// <param name="Abroad">Outside the mainland was chosen, whether or not a country is named.</param>
public sealed record OrganisationForm(
    OrganisationKind? Kind, string? Name, string? Uscc, string? Region, string? Country = null, string? RegistryNumber = null, bool Abroad = false);

/// <summary>What the form about a person says, as typed.</summary>
public sealed record PersonForm(string? Name, string? Email, string? Password);

/// <summary>An organisation that asks to join the market, named either by the code of the mainland's register or by an entry in one abroad.</summary>
public sealed record NewOrganisation
{
    public const int MostName = 200;

    public required OrganisationKind Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Null when it is registered abroad.</summary>
    public Uscc? Uscc { get; init; }

    /// <summary>Null when it is registered in the mainland.</summary>
    public RegistryEntry? Abroad { get; init; }

    /// <summary>Six digits, GB/T 2260; never of an organisation abroad.</summary>
    public string? Region { get; init; }

    /// <summary>The operator is made on the machine itself; every other kind registers and is verified.</summary>
    public static bool MayRegister(OrganisationKind kind) => kind is not OrganisationKind.Operator;

    /// <summary>From abroad one buys; who sells, serves, certifies or supervises here is a legal person of the mainland.</summary>
    public static bool MayBeAbroad(OrganisationKind kind) => kind is OrganisationKind.Enterprise;

    /// <summary>
    /// The organisation, or everything that is wrong with the form, in the order kind, name, code or country and number, region.
    /// What the form says about the register that was not chosen is refused, never dropped: MainlandOnly, AbroadOnly.
    /// </summary>
    public static (NewOrganisation? Value, ImmutableArray<FieldRefusal> Refusals) Read(OrganisationForm form)
    {
        var wrong = ImmutableArray.CreateBuilder<FieldRefusal>();
        T? Good<T>(Result<T> read, string field)
        {
            if (read.Refusal is { } refusal) wrong.Add(new FieldRefusal(field, refusal));
            return read.Done ? read.Value : default;
        }

        void Empty(string? text, string field, Refusal refusal)
        {
            if (!string.IsNullOrWhiteSpace(text)) wrong.Add(new FieldRefusal(field, refusal));
        }

        var outside = form.Abroad || !Country.IsMainland(form.Country);
        if (form.Kind is not { } kind || !Enum.IsDefined(kind)) wrong.Add(new FieldRefusal("kind", Refusal.Required));
        else if (!MayRegister(kind)) wrong.Add(new FieldRefusal("kind", Refusal.KindNotOpen));
        else if (outside && !MayBeAbroad(kind)) wrong.Add(new FieldRefusal("kind", Refusal.KindNotAbroad));
        var name = Good(Text.Require(form.Name, MostName, "name"), "name");
        Uscc? uscc = null;
        RegistryEntry? abroad = null;
        string? region = null;
        if (outside)
        {
            var country = Good(Country.Read(form.Country), "country");
            var number = Good(RegistryEntry.ReadNumber(form.RegistryNumber), "registryNumber");
            Empty(form.Uscc, "uscc", Refusal.MainlandOnly);
            Empty(form.Region, "region", Refusal.MainlandOnly);
            abroad = new RegistryEntry(country ?? "", number ?? "");
        }
        else
        {
            uscc = Good(Organisations.Uscc.Read(form.Uscc), "uscc");
            Empty(form.RegistryNumber, "registryNumber", Refusal.AbroadOnly);
            region = Good(Organisations.Region.Read(form.Region), "region");
        }

        return wrong.Count > 0
            ? (null, wrong.ToImmutable())
            : (new NewOrganisation { Kind = form.Kind!.Value, Name = name!, Uscc = uscc, Abroad = abroad, Region = region }, []);
    }
}

/// <summary>A person who gets an account.</summary>
public sealed record NewPerson(string Name, string Email, string Password)
{
    public const int MostName = 100;

    /// <summary>The person, or everything that is wrong with the form.</summary>
    /// <param name="organisation">A password must not be made of its name.</param>
    public static (NewPerson? Value, ImmutableArray<FieldRefusal> Refusals) Read(PersonForm form, string? organisation)
    {
        var wrong = ImmutableArray.CreateBuilder<FieldRefusal>();
        var name = Text.Require(form.Name, MostName, "personName");
        if (name.Refusal is { } noName) wrong.Add(new FieldRefusal("personName", noName));
        var email = EmailAddress.Read(form.Email);
        if (email.Refusal is { } noEmail) wrong.Add(new FieldRefusal("email", noEmail));
        if (Passwords.Check(form.Password, form.Email, form.Name, organisation) is { } noPassword) wrong.Add(new FieldRefusal("password", noPassword));
        return wrong.Count > 0 ? (null, wrong.ToImmutable()) : (new NewPerson(name.Value, email.Value, form.Password!), []);
    }
}
