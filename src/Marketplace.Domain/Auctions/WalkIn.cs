using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Auctions;

/// <summary>What a person identifies with at the check-in desk. Stored by name.</summary>
public enum IdentityDocument
{
    /// <summary>居民身份证</summary>
    ResidentCard,

    /// <summary>港澳居民来往内地通行证</summary>
    HongKongMacaoPermit,

    /// <summary>台湾居民来往大陆通行证</summary>
    TaiwanPermit,

    /// <summary>护照</summary>
    Passport,

    /// <summary>外国人永久居留身份证</summary>
    ResidencePermit,
}

/// <summary>What the clerk typed from the originals. Of the document's number only the end is ever asked for.</summary>
/// <param name="UsccSeen">The clerk compared a code that looks wrong with the licence and it stands there like this.</param>
public sealed record WalkInForm(
    string? Uscc, bool UsccSeen, string? Name, string? LegalRepresentative, string? Representative, IdentityDocument? Document, string? DocumentEnd,
    string? LicenceSha256, string? MandateSha256);

/// <summary>
/// An enterprise that is not in the market and walks into a hall. The house's check admits it to the floor of this session,
/// to nothing else.
/// </summary>
public sealed record WalkIn(Uscc Uscc, string Name, string LegalRepresentative, string Representative, IdentityDocument Document, string DocumentEnd, string LicenceSha256, string? MandateSha256)
{
    public const int EndLength = 4, MostName = 100;

    /// <summary>The walk-in, or everything that is wrong with the form, in the order of its fields.</summary>
    public static (WalkIn? Value, ImmutableArray<FieldRefusal> Refusals) Read(WalkInForm form)
    {
        var wrong = ImmutableArray.CreateBuilder<FieldRefusal>();
        var uscc = Uscc.Read(form.Uscc);
        if (uscc.Refusal is { } noCode) wrong.Add(new FieldRefusal("uscc", noCode));
        else if (!uscc.Value.Warnings.IsEmpty && !form.UsccSeen) wrong.Add(new FieldRefusal("usccSeen", Refusal.UsccUnconfirmed));
        var name = Needed(form.Name, NewOrganisation.MostName, "name");
        var legal = Needed(form.LegalRepresentative, MostName, "legalRepresentative");
        var came = Needed(form.Representative, MostName, "representative");
        if (form.Document is not { } document || !Enum.IsDefined(document)) wrong.Add(new FieldRefusal("document", Refusal.Required));
        var end = form.DocumentEnd?.Trim().ToUpperInvariant() ?? "";
        if (end.Length != EndLength || !end.All(char.IsAsciiLetterOrDigit)) wrong.Add(new FieldRefusal("documentEnd", Refusal.IdentityIncomplete));
        if (form.LicenceSha256 is null) wrong.Add(new FieldRefusal("licence", Refusal.Required));
        // The legal representative in person needs no mandate.
        if (form.MandateSha256 is null && came != legal) wrong.Add(new FieldRefusal("mandate", Refusal.Required));
        return wrong.Count > 0
            ? (null, wrong.ToImmutable())
            : (new WalkIn(uscc.Value, name, legal, came, form.Document!.Value, end, form.LicenceSha256!, form.MandateSha256), []);

        string Needed(string? text, int most, string field)
        {
            var read = Text.Require(text, most, field);
            if (read.Refusal is { } refusal) wrong.Add(new FieldRefusal(field, refusal));
            return read.Done ? read.Value : "";
        }
    }
}
