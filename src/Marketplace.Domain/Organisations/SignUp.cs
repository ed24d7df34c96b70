using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>What is wrong with one field of a form.</summary>
public sealed record FieldRefusal(string Field, Refusal Refusal);

/// <summary>What the form about an organisation says, as typed.</summary>
public sealed record OrganisationForm(OrganisationKind? Kind, string? Name, string? Uscc, string? Region);

/// <summary>What the form about a person says, as typed.</summary>
public sealed record PersonForm(string? Name, string? Email, string? Password);

/// <summary>An organisation that asks to join the market.</summary>
public sealed record NewOrganisation(OrganisationKind Kind, string Name, Uscc Uscc, string? Region)
{
    public const int MostName = 200;

    /// <summary>The operator is made on the machine itself; every other kind registers and is verified.</summary>
    public static bool MayRegister(OrganisationKind kind) => kind is not OrganisationKind.Operator;

    /// <summary>The organisation, or everything that is wrong with the form.</summary>
    public static (NewOrganisation? Value, ImmutableArray<FieldRefusal> Refusals) Read(OrganisationForm form)
    {
        var wrong = ImmutableArray.CreateBuilder<FieldRefusal>();
        if (form.Kind is not { } kind || !Enum.IsDefined(kind)) wrong.Add(new FieldRefusal("kind", Refusal.Required));
        else if (!MayRegister(kind)) wrong.Add(new FieldRefusal("kind", Refusal.KindNotOpen));
        var name = Text.Require(form.Name, MostName, "name");
        if (name.Refusal is { } noName) wrong.Add(new FieldRefusal("name", noName));
        var uscc = Organisations.Uscc.Read(form.Uscc);
        if (uscc.Refusal is { } noUscc) wrong.Add(new FieldRefusal("uscc", noUscc));
        var region = Organisations.Region.Read(form.Region);
        if (region.Refusal is { } noRegion) wrong.Add(new FieldRefusal("region", noRegion));
        return wrong.Count > 0
            ? (null, wrong.ToImmutable())
            : (new NewOrganisation(form.Kind!.Value, name.Value, uscc.Value, region.Value), []);
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
