using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;

namespace Marketplace.Achievements;

/// <summary>
/// The edit form as it was typed: every value is text, so that a wrong one comes back as it was. Rows that are wholly
/// blank are passed over.
/// </summary>
public sealed class AchievementForm
{
    public string? Title { get; set; }
    public string? Summary { get; set; }
    public string? Details { get; set; }
    public string? Keywords { get; set; }
    public string? Field { get; set; }
    public List<string> Highlands { get; set; } = [];
    public string? Ipc { get; set; }
    public string? Trl { get; set; }
    public List<EvidenceRow> Evidence { get; set; } = [];
    public List<IpRow> Ip { get; set; } = [];
    public List<OwnerRow> Owners { get; set; } = [];
    public List<CompleterRow> Completers { get; set; } = [];
    public List<LicenceRow> Licences { get; set; } = [];
    public List<FileRow> Files { get; set; } = [];
    public string? Funding { get; set; }
    public string? FundingProject { get; set; }
    public List<string> Ways { get; set; } = [];
    public string? Price { get; set; }
    public string? Region { get; set; }

    public sealed class EvidenceRow
    {
        public string? Level { get; set; }
        public string? What { get; set; }
        public string? Source { get; set; }
        public string? IssuedOn { get; set; }
    }

    public sealed class IpRow
    {
        public string? Kind { get; set; }
        public string? Number { get; set; }
        public string? Title { get; set; }
        public string? AppliedOn { get; set; }
    }

    public sealed class OwnerRow
    {
        public string? Name { get; set; }
        public string? Share { get; set; }
        public string? Consent { get; set; }
    }

    public sealed class CompleterRow
    {
        public string? Name { get; set; }
        public string? Unit { get; set; }
    }

    public sealed class LicenceRow
    {
        public string? Kind { get; set; }
        public string? Licensee { get; set; }
        public string? Until { get; set; }
        public string? RegistrationNumber { get; set; }
    }

    public sealed class FileRow
    {
        public string? Sha256 { get; set; }
        public string? Tier { get; set; }
        public bool Remove { get; set; }
    }

    public static AchievementForm Of(AchievementContent c) => new()
    {
        Title = c.Title,
        Summary = c.Summary,
        Details = c.Details,
        Keywords = string.Join("；", c.Keywords),
        Field = c.Field?.ToString(),
        Highlands = [.. c.Highlands.Select(h => h.ToString())],
        Ipc = string.Join("；", c.Ipc),
        Trl = c.Trl?.ToString(CultureInfo.InvariantCulture),
        Evidence = [.. c.Evidence.Select(e => new EvidenceRow { Level = e.Level.ToString(CultureInfo.InvariantCulture), What = e.What, Source = e.Source, IssuedOn = AchievementLook.Day(e.IssuedOn) })],
        Ip = [.. c.Ip.Select(i => new IpRow { Kind = i.Kind.ToString(), Number = i.Number, Title = i.Title, AppliedOn = AchievementLook.Day(i.AppliedOn) })],
        Owners = [.. c.Owners.Select(o => new OwnerRow { Name = o.Name, Share = FieldLines.Percent(o.ShareBp).TrimEnd('%'), Consent = o.Consent.ToString() })],
        Completers = [.. c.Completers.Select(p => new CompleterRow { Name = p.Name, Unit = p.Unit })],
        Licences = [.. c.Licences.Select(l => new LicenceRow { Kind = l.Kind.ToString(), Licensee = l.Licensee, Until = AchievementLook.Day(l.Until), RegistrationNumber = l.RegistrationNumber })],
        Files = [.. c.Files.Select(f => new FileRow { Sha256 = f.Sha256, Tier = f.Tier.ToString() })],
        Funding = c.Funding?.ToString(),
        FundingProject = c.FundingProject,
        Ways = [.. c.Ways.Select(w => w.ToString())],
        Price = c.PriceIdeaFen is { } fen ? Fen.Yuan(fen) : null,
        Region = c.Region,
    };

    /// <summary>Drops wholly blank rows and, of a form that somebody made by hand, those without a field, so that a row's place here is its place in the version and in its faults.</summary>
    public void Compact()
    {
        Evidence.RemoveAll(e => e is null || Blank(e.What, e.Source, e.IssuedOn));
        Ip.RemoveAll(i => i is null || Blank(i.Number, i.Title, i.AppliedOn));
        Owners.RemoveAll(o => o is null || Blank(o.Name, o.Share));
        Completers.RemoveAll(c => c is null || Blank(c.Name, c.Unit));
        Licences.RemoveAll(l => l is null || Blank(l.Licensee, l.Until, l.RegistrationNumber));
        Files.RemoveAll(f => f is null);
    }

    /// <summary>The version that was typed, and everything that could not be read.</summary>
    /// <param name="known">The files that belong to the version before: a form names them, it does not make them.</param>
    public AchievementContent Read(AchievementContent known, ICollection<Fault> faults)
    {
        Compact();
        return new AchievementContent
        {
            Title = Title ?? "",
            Summary = Summary ?? "",
            Details = Null(Details),
            Keywords = Split(Keywords, '，', ','),
            Field = Word<TechField>(Field, "field", faults),
            Highlands = [.. Highlands.Select(h => Word<Highland>(h, "highlands", faults)).OfType<Highland>().Distinct()],
            Ipc = [.. Split(Ipc, '，', ',').Select(s => s.ToUpperInvariant()).Distinct()],
            Trl = Whole(Trl, "trl", faults),
            Evidence = [.. Evidence.Select((e, i) => new TrlEvidence(Whole(e.Level, $"evidence[{i}].level", faults) ?? 0, e.What ?? "", Null(e.Source), Date(e.IssuedOn, $"evidence[{i}].issuedOn", faults)))],
            Ip = [.. Ip.Select((x, i) => new IpItem(Word<IpKind>(x.Kind, $"ip[{i}].kind", faults) ?? IpKind.Invention, Number(x.Number), Null(x.Title), Date(x.AppliedOn, $"ip[{i}].appliedOn", faults)))],
            Owners = [.. Owners.Select((o, i) => new RightHolder(o.Name ?? "", Share(o.Share, $"owners[{i}].share", faults), Word<Consent>(o.Consent, $"owners[{i}].consent", faults) ?? Consent.Waiting))],
            Completers = [.. Completers.Select(c => new Completer(c.Name ?? "", Null(c.Unit)))],
            Licences = [.. Licences.Select((l, i) => new ExistingLicence(Word<LicenceKind>(l.Kind, $"licences[{i}].kind", faults) ?? LicenceKind.Ordinary, Null(l.Licensee), Date(l.Until, $"licences[{i}].until", faults), Null(l.RegistrationNumber)))],
            Files = [.. known.Files.Where(f => Files.TrueForAll(r => r.Sha256 != f.Sha256 || !r.Remove)).Select(f => f with { Tier = Word<Tier>(Files.Find(r => r.Sha256 == f.Sha256)?.Tier, "files", faults) ?? f.Tier })],
            Funding = Word<FundingSource>(Funding, "funding", faults),
            FundingProject = Null(FundingProject),
            Ways = [.. Ways.Select(w => Word<WayOfTrade>(w, "ways", faults)).OfType<WayOfTrade>().Distinct()],
            PriceIdeaFen = Yuan(Price, faults),
            Region = Null(Region),
        };
    }

    private static ImmutableArray<string> Split(string? text, params char[] more) =>
        text is null ? [] : [.. text.Split([';', '；', '\n', '\r', .. more]).Select(t => t.Trim()).Where(t => t.Length > 0).Distinct()];

    private static bool Blank(params string?[] texts) => texts.All(string.IsNullOrWhiteSpace);

    private static string? Null(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string? Number(string? text)
    {
        if (Null(text) is not { } said || !Text.IsStorable(said) || said.Length > PatentNumber.Most * 2) return text;
        var number = PatentNumber.Normalise(said);
        return number.Kind is null || number.Value.Length == 0 ? said : number.Value;
    }

    private static T? Word<T>(string? text, string field, ICollection<Fault> faults)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (Enum.TryParse<T>(text, out var word) && Enum.IsDefined(word) && !char.IsAsciiDigit(text[0])) return word;
        faults.Add(new Fault(field, Refusal.UnknownWord));
        return null;
    }

    private static int? Whole(string? text, string field, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        faults.Add(new Fault(field, Refusal.NumberInvalid));
        return null;
    }

    private static DateOnly? Date(string? text, string field, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        faults.Add(new Fault(field, Refusal.DateImpossible));
        return null;
    }

    /// <summary>Per cent with at most two decimals.</summary>
    private static int Share(string? text, string field, ICollection<Fault> faults)
    {
        if (decimal.TryParse(text?.Trim().TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
            && share is > 0 and <= 100 && share * 100 == decimal.Truncate(share * 100)) return (int)(share * 100);
        faults.Add(new Fault(field, Refusal.NumberInvalid));
        return 0;
    }

    private static long? Yuan(string? text, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (ImportColumns.TryYuan(text, out var fen)) return fen;
        faults.Add(new Fault("price", Refusal.NumberInvalid));
        return null;
    }
}
