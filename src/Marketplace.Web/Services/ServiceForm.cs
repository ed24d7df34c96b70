using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Services;

namespace Marketplace.Services;

/// <summary>The edit form as it was typed: every value is text, so that a wrong one comes back as it was. Rows that are wholly blank are passed over.</summary>
public sealed class ServiceForm
{
    public string? Kind { get; set; }
    public string? Title { get; set; }
    public string? Description { get; set; }
    public string? Deliverables { get; set; }
    public string? Keywords { get; set; }
    public List<string> Fields { get; set; } = [];
    public string? TrlFrom { get; set; }
    public string? TrlTo { get; set; }
    public string? Pricing { get; set; }
    public string? PriceFrom { get; set; }
    public string? PriceTo { get; set; }
    public string? PriceNote { get; set; }
    public string? Days { get; set; }
    public string? Region { get; set; }
    public List<QualificationRow> Qualifications { get; set; } = [];

    public sealed class QualificationRow
    {
        public string? Name { get; set; }
        public string? Number { get; set; }
        public string? Issuer { get; set; }
        public string? Until { get; set; }
    }

    public static ServiceForm Of(ServiceContent c) => new()
    {
        Kind = c.Kind?.ToString(),
        Title = c.Title,
        Description = c.Description,
        Deliverables = c.Deliverables,
        Keywords = string.Join("；", c.Keywords),
        Fields = [.. c.Fields.Select(f => f.ToString())],
        TrlFrom = c.TrlFrom?.ToString(CultureInfo.InvariantCulture),
        TrlTo = c.TrlTo?.ToString(CultureInfo.InvariantCulture),
        Pricing = c.Pricing?.ToString(),
        PriceFrom = c.PriceFromFen is { } from ? Fen.Yuan(from) : null,
        PriceTo = c.PriceToFen is { } to ? Fen.Yuan(to) : null,
        PriceNote = c.PriceNote,
        Days = c.Days?.ToString(CultureInfo.InvariantCulture),
        Region = c.Region,
        Qualifications = [.. c.Qualifications.Select(q => new QualificationRow { Name = q.Name, Number = q.Number, Issuer = q.Issuer, Until = ServiceLook.Day(q.Until) })],
    };

    /// <summary>The version that was typed, and everything that could not be read.</summary>
    public ServiceContent Read(ICollection<Fault> faults)
    {
        // So that a row's place here is its place in the version and in its faults.
        Qualifications.RemoveAll(q => q is null || new[] { q.Name, q.Number, q.Issuer, q.Until }.All(string.IsNullOrWhiteSpace));
        return new ServiceContent
        {
            Kind = Word<ServiceKind>(Kind, "kind", faults),
            Title = Title ?? "",
            Description = Description ?? "",
            Deliverables = Deliverables ?? "",
            Keywords = Keywords is null ? [] : [.. Keywords.Split([';', '；', '，', ',', '\n', '\r']).Select(t => t.Trim()).Where(t => t.Length > 0).Distinct()],
            Fields = [.. Fields.Select(f => Word<TechField>(f, "fields", faults)).OfType<TechField>().Distinct().Order()],
            TrlFrom = Whole(TrlFrom, "trlFrom", faults),
            TrlTo = Whole(TrlTo, "trlTo", faults),
            Pricing = Word<Pricing>(Pricing, "pricing", faults),
            PriceFromFen = Yuan(PriceFrom, "priceFrom", faults),
            PriceToFen = Yuan(PriceTo, "priceTo", faults),
            PriceNote = Null(PriceNote),
            Days = Whole(Days, "days", faults),
            Region = Null(Region),
            Qualifications = [.. Qualifications.Select((q, i) => new Qualification(q.Name ?? "", q.Number ?? "", Null(q.Issuer), Date(q.Until, $"qualifications[{i}].until", faults)))],
        };
    }

    private static string? Null(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

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
        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        faults.Add(new Fault(field, Refusal.NumberInvalid));
        return null;
    }

    private static long? Yuan(string? text, string field, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (Fen.TryRead(text, out var fen)) return fen;
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
}
