using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>A lot as the rules of its dossier see it.</summary>
/// <param name="Agreed">There is a confidentiality text: by then the lot has a dossier.</param>
/// <param name="Outcome">Of the lot; null until its end.</param>
public sealed record DossierLot(LotState State, bool Agreed, Guid Seller, bool Demo, DateTimeOffset? OpensAt, string? Outcome)
{
    /// <summary>The seller may still write everything.</summary>
    public bool Open => State is LotState.Draft or LotState.Offered;
}

/// <summary>What one organisation signed, as the rules see it.</summary>
public sealed record SignedNda(Guid Organisation, string TextSha256, int Years, string PersonName, bool Withdrawn, bool Revoked)
{
    public bool Stands => !Withdrawn && !Revoked;
}

/// <summary>A signature as it is given.</summary>
/// <param name="Name">As typed; it must be the person's own.</param>
/// <param name="TextSha256">Of the text that was on the page.</param>
public sealed record NdaSignature(Guid Organisation, bool Demo, string PersonName, string? Name, string? TextSha256, int Years, bool Accepted);

/// <summary>
/// 保密资料 (domain.md §4, row 4): what is behind a lot's public and registered tiers. Whoever reads it has signed for its
/// organisation, every copy is marked and every view is a line. Nothing that was announced is removed silently.
/// </summary>
public static class Dossier
{
    /// <summary>The market's own confidentiality text, by version.</summary>
    public const string CurrentText = "zjp-nda.1";

    public const int MostFiles = 40;
    public const int MostTitle = 200;
    public const int MostOwnText = 4000;
    public const int MostReason = 500;
    public const int LeastYears = 1, MostYears = 20;

    public static bool IsTerm(int years) => years is >= LeastYears and <= MostYears;

    /// <summary>The seller's terms. Order of refusals: LotFixed, TermOutOfRange, those of the text.</summary>
    public static Result<string?> Write(DossierLot lot, string? ownText, int years) =>
        !lot.Open ? Refusal.LotFixed
        : !IsTerm(years) ? Result<string?>.Refuse(Refusal.TermOutOfRange, "years")
        : Text.Allow(ownText, MostOwnText, "ownText");

    /// <summary>
    /// One more file, after the announcement as a numbered addendum until the opening. Order of refusals: NoDossier,
    /// LotFixed, AddendaClosed, TooManyItems, those of the title.
    /// </summary>
    /// <param name="files">That there are, withdrawn ones too.</param>
    public static Result<string> Add(DossierLot lot, int files, string? title, DateTimeOffset now) =>
        !lot.Agreed ? Refusal.NoDossier
        : lot.State == LotState.Announcing ? Refusal.LotFixed
        : lot.State == LotState.Announced && (lot.Outcome is not null || now >= lot.OpensAt) ? Refusal.AddendaClosed
        : files >= MostFiles ? Refusal.TooManyItems
        : Text.Require(title, MostTitle, "title");

    /// <summary>Takes an announced file back; its number stays with the reason. Order of refusals: LotNotAnnounced, DossierClosed, DossierFileWithdrawn, those of the reason.</summary>
    public static Result<string> Withdraw(DossierLot lot, bool withdrawn, string? reason) =>
        lot.State != LotState.Announced ? Refusal.LotNotAnnounced
        : lot.Outcome is not null ? Refusal.DossierClosed
        : withdrawn ? Refusal.DossierFileWithdrawn
        : Text.Require(reason, MostReason, "reason");

    /// <summary>
    /// Whether this signature is taken. Order of refusals: LotNotAnnounced, NoDossier, DemoMeetsReal, DossierClosed, DomesticBuyersOnly,
    /// those of <see cref="Conflict"/>, NdaRevoked, NdaStands, NdaTextChanged, NdaTermDiffers, Required (accepted), SignatureNameDiffers.
    /// </summary>
    /// <param name="terms">The text and the years that the lot was announced with.</param>
    /// <param name="before">What this organisation signed for this lot earlier.</param>
    public static Result<Nothing> Sign(DossierLot lot, (string Sha256, int Years) terms, Refusal? conflict, IEnumerable<SignedNda> before, NdaSignature given)
    {
        if (lot.State != LotState.Announced) return Refusal.LotNotAnnounced;
        if (!lot.Agreed) return Refusal.NoDossier;
        if (lot.Demo != given.Demo) return Refusal.DemoMeetsReal;
        if (lot.Outcome is not null) return Refusal.DossierClosed;
        if (conflict is { } excluded) return excluded;
        var all = before.ToList();
        if (all.Exists(n => n.Revoked)) return Refusal.NdaRevoked;
        if (all.Exists(n => n.Stands)) return Refusal.NdaStands;
        if (given.TextSha256 != terms.Sha256) return Refusal.NdaTextChanged;
        if (given.Years != terms.Years) return Refusal.NdaTermDiffers;
        if (!given.Accepted) return Result<Nothing>.Refuse(Refusal.Required, "accepted");
        return Plain(given.Name) == Plain(given.PersonName) ? default(Nothing) : Result<Nothing>.Refuse(Refusal.SignatureNameDiffers, "name");
    }

    /// <summary>
    /// Whether an organisation reads now. Order of refusals: LotNotAnnounced, NoDossier, DemoMeetsReal, DossierClosed,
    /// DomesticBuyersOnly, those of <see cref="Conflict"/>, NdaNotSigned, NdaRevoked, NdaEnded.
    /// </summary>
    /// <param name="nda">What it signed last.</param>
    /// <param name="bought">The sale to this organisation stands: it goes on reading after the end.</param>
    public static Refusal? Read(DossierLot lot, bool demo, Refusal? conflict, SignedNda? nda, bool bought) =>
        lot.State != LotState.Announced ? Refusal.LotNotAnnounced
        : !lot.Agreed ? Refusal.NoDossier
        : lot.Demo != demo ? Refusal.DemoMeetsReal
        : lot.Outcome is not null && !bought ? Refusal.DossierClosed
        : conflict is { } excluded ? excluded
        : nda is null ? Refusal.NdaNotSigned
        : nda.Revoked ? Refusal.NdaRevoked
        : nda.Withdrawn ? Refusal.NdaEnded
        : null;

    /// <summary>The organisation leaves, or the operator revokes with a reason. Order of refusals: NdaRevoked, NdaEnded, those of the reason.</summary>
    public static Result<string?> End(SignedNda nda, bool revoke, string? reason) =>
        nda.Revoked ? Refusal.NdaRevoked
        : nda.Withdrawn ? Refusal.NdaEnded
        : revoke ? Text.Require(reason, MostReason, "reason").Then(said => Result<string?>.Of(said))
        : Result<string?>.Of(null);

    /// <summary>Names of readers open when nobody can bid any more: the lot has ended and its work is not in trade, here or in a later round.</summary>
    public static bool NamesOpen(string? outcome, bool inTrade) => outcome is not null && !inTrade;

    /// <summary>Until when the signer keeps silent: the same day so many years later, to its end.</summary>
    public static DateOnly Until(DateOnly signed, int years) => signed.AddYears(years);

    /// <summary>Full width or not and how many spaces is no difference between names.</summary>
    private static string Plain(string? name) => string.Join(' ', Text.Narrow(name ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>One confidential file as the announcement names it: the title is public, the content is not.</summary>
public sealed record AnnouncedFile(int Number, string Title, string Sha256);

/// <summary>What the announcement fixes of a dossier.</summary>
/// <param name="Sha256">Of the whole text that readers sign, the seller's own part included.</param>
public sealed record AnnouncedDossier(string Text, string Sha256, int Years, ImmutableArray<AnnouncedFile> Files)
{
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("dossier");
        json.WriteString("text", Text);
        json.WriteString("textSha256", Sha256);
        json.WriteNumber("years", Years);
        json.WriteStartArray("files");
        foreach (var file in Files.OrderBy(f => f.Number))
        {
            json.WriteStartObject();
            json.WriteNumber("number", file.Number);
            json.WriteString("title", file.Title);
            json.WriteString("sha256", file.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
