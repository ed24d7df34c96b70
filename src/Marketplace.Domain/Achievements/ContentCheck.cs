using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Achievements;

/// <summary>Checks a version and names every fault, not only the first.</summary>
public static partial class ContentCheck
{
    public const int MostTitle = 200;
    public const int MostSummary = 4000;
    public const int MostDetails = 20000;
    public const int MostKeywords = 20;
    public const int MostKeyword = 60;
    public const int MostItems = 50;
    public const int MostText = 500;

    /// <summary>What no version may have, not even a draft.</summary>
    public static ImmutableArray<Fault> Shape(AchievementContent content, DateOnly today)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        Need(faults, "title", content.Title, MostTitle);
        Allow(faults, "summary", content.Summary, MostSummary);
        Allow(faults, "details", content.Details, MostDetails);
        Many(faults, "keywords", content.Keywords.Length, MostKeywords);
        foreach (var keyword in content.Keywords) Need(faults, "keywords", keyword, MostKeyword);
        foreach (var symbol in content.Ipc.Where(s => !Ipc().IsMatch(s))) faults.Add(new Fault("ipc", Refusal.IpcInvalid, Cut(symbol)));
        Many(faults, "ipc", content.Ipc.Length, MostItems);
        if (content.Trl is < 1 or > 9) faults.Add(new Fault("trl", Refusal.TrlOutOfRange));
        Allow(faults, "fundingProject", content.FundingProject, MostText);
        if (content.PriceIdeaFen is { } price && !Fen.IsAmount(price)) faults.Add(new Fault("price", Refusal.AmountOutOfRange));
        if (content.Region is { } region && !Region.Read(region).Done) faults.Add(new Fault("region", Refusal.RegionUnknown));
        Many(faults, "files", content.Files.Length, MostItems);
        Evidence(faults, content, today);
        Ip(faults, content, today);
        Owners(faults, content);
        People(faults, content);
        return faults.DrainToImmutable();
    }

    /// <summary>What a version needs before its unit may ask for review, beyond its shape: the gates that the form shows.</summary>
    public static ImmutableArray<Fault> Ready(AchievementContent content, DateOnly today)
    {
        var faults = Shape(content, today).ToBuilder();
        foreach (var gate in Gates.Of(content).Where(g => g.Missing is not null)) faults.Add(new Fault(gate.Field, gate.Missing!.Value));
        return faults.DrainToImmutable();
    }

    /// <summary>What the market must know to show a work at all; enough for what an operator imports and publishes at once.</summary>
    public static ImmutableArray<Fault> Showable(AchievementContent content, DateOnly today)
    {
        var faults = Shape(content, today).ToBuilder();
        if (string.IsNullOrWhiteSpace(content.Summary)) faults.Add(new Fault("summary", Refusal.Required));
        if (content.Field is null) faults.Add(new Fault("field", Refusal.Required));
        if (content.Trl is null) faults.Add(new Fault("trl", Refusal.Required));
        return faults.DrainToImmutable();
    }

    private static void Evidence(ImmutableArray<Fault>.Builder faults, AchievementContent content, DateOnly today)
    {
        Many(faults, "evidence", content.Evidence.Length, MostItems);
        for (var i = 0; i < content.Evidence.Length; i++)
        {
            var item = content.Evidence[i];
            if (item.Level is < 1 or > 9) faults.Add(new Fault($"evidence[{i}].level", Refusal.TrlOutOfRange));
            Need(faults, $"evidence[{i}].what", item.What, MostText);
            Allow(faults, $"evidence[{i}].source", item.Source, MostText);
            Past(faults, $"evidence[{i}].issuedOn", item.IssuedOn, today);
        }
    }

    private static void Ip(ImmutableArray<Fault>.Builder faults, AchievementContent content, DateOnly today)
    {
        Many(faults, "ip", content.Ip.Length, MostItems);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < content.Ip.Length; i++)
        {
            var item = content.Ip[i];
            Allow(faults, $"ip[{i}].number", item.Number, PatentNumber.Most);
            Allow(faults, $"ip[{i}].title", item.Title, MostText);
            Past(faults, $"ip[{i}].appliedOn", item.AppliedOn, today);
            var patent = item.Kind is IpKind.Invention or IpKind.UtilityModel or IpKind.Design;
            if (patent && string.IsNullOrWhiteSpace(item.Number)) faults.Add(new Fault($"ip[{i}].number", Refusal.Required));
            if (!patent && string.IsNullOrWhiteSpace(item.Number) && string.IsNullOrWhiteSpace(item.Title)) faults.Add(new Fault($"ip[{i}].title", Refusal.Required));
            if (!string.IsNullOrWhiteSpace(item.Number) && !seen.Add(PatentNumber.Normalise(item.Number).Stem))
                faults.Add(new Fault($"ip[{i}].number", Refusal.PatentTwice, Cut(item.Number)));
        }
    }

    private static void Owners(ImmutableArray<Fault>.Builder faults, AchievementContent content)
    {
        Many(faults, "owners", content.Owners.Length, MostItems);
        for (var i = 0; i < content.Owners.Length; i++)
        {
            Need(faults, $"owners[{i}].name", content.Owners[i].Name, MostTitle);
            if (content.Owners[i].ShareBp is <= 0 or > 10_000) faults.Add(new Fault($"owners[{i}].share", Refusal.NumberInvalid));
        }

        if (content.Owners.Length > 0 && content.Owners.Sum(o => (long)o.ShareBp) != 10_000) faults.Add(new Fault("owners", Refusal.SharesNotWhole));
    }

    private static void People(ImmutableArray<Fault>.Builder faults, AchievementContent content)
    {
        Many(faults, "completers", content.Completers.Length, MostItems);
        for (var i = 0; i < content.Completers.Length; i++)
        {
            Need(faults, $"completers[{i}].name", content.Completers[i].Name, MostTitle);
            Allow(faults, $"completers[{i}].unit", content.Completers[i].Unit, MostTitle);
        }

        Many(faults, "licences", content.Licences.Length, MostItems);
        for (var i = 0; i < content.Licences.Length; i++)
        {
            Allow(faults, $"licences[{i}].licensee", content.Licences[i].Licensee, MostTitle);
            Allow(faults, $"licences[{i}].registrationNumber", content.Licences[i].RegistrationNumber, MostKeyword);
        }
    }

    private static void Need(ImmutableArray<Fault>.Builder faults, string field, string? text, int most)
    {
        var said = Text.Require(text, most, field);
        if (!said.Done) faults.Add(new Fault(field, said.Refusal.Value, said.Refusal == Refusal.TooLong ? most.ToString(System.Globalization.CultureInfo.InvariantCulture) : null));
    }

    private static void Allow(ImmutableArray<Fault>.Builder faults, string field, string? text, int most)
    {
        if (!string.IsNullOrWhiteSpace(text)) Need(faults, field, text, most);
        // Blank is kept as it is, but not when a database could not hold it.
        else if (text is not null && (!Text.IsStorable(text) || text.Length > most)) faults.Add(new Fault(field, Refusal.TooLong));
    }

    private static void Many(ImmutableArray<Fault>.Builder faults, string field, int count, int most)
    {
        if (count > most) faults.Add(new Fault(field, Refusal.TooManyItems, most.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>China's patent law begins in 1985; nothing was applied for or issued in the future.</summary>
    private static void Past(ImmutableArray<Fault>.Builder faults, string field, DateOnly? day, DateOnly today)
    {
        if (day is { } d && (d.Year < 1949 || d > today)) faults.Add(new Fault(field, Refusal.DateImpossible));
    }

    private static string Cut(string text) => text.Length <= 40 ? text : text[..(char.IsHighSurrogate(text[39]) ? 39 : 40)];

    [GeneratedRegex(@"^[A-H][0-9]{2}[A-Z]( ?[0-9]{1,4}(/[0-9]{2,6})?)?\z")]
    private static partial Regex Ipc();
}

/// <summary>One thing that is checked before review, as the form shows it.</summary>
/// <param name="Missing">Why it does not pass; null when it does.</param>
public readonly record struct Gate(string Name, string Field, Refusal? Missing);

/// <summary>发布前核验: what a listing must answer before it may be reviewed.</summary>
public static class Gates
{
    public static ImmutableArray<Gate> Of(AchievementContent content) =>
    [
        new("title", "title", Unless(!string.IsNullOrWhiteSpace(content.Title), Refusal.Required)),
        new("summary", "summary", Unless(!string.IsNullOrWhiteSpace(content.Summary), Refusal.Required)),
        new("keywords", "keywords", Unless(content.Keywords.Length > 0, Refusal.Required)),
        new("field", "field", Unless(content.Field is not null, Refusal.Required)),
        new("trl", "trl", Unless(content.Trl is not null, Refusal.Required)),
        // A level is a claim; from the laboratory on (TRL 4) somebody must have seen it.
        new("evidence", "evidence", Unless(content.Trl is null or < 4 || content.Evidence.Any(e => e.Level >= content.Trl), Refusal.EvidenceMissing)),
        new("owners", "owners", Unless(content.Owners.Length > 0, Refusal.Required)),
        // 专利法 14: without every co-owner's consent neither a transfer nor an exclusive or sole licence.
        new("consents", "owners", Unless(content.Owners.All(o => o.Consent != Consent.Waiting), Refusal.ConsentMissing)),
        new("completers", "completers", Unless(content.Completers.Length > 0, Refusal.Required)),
        new("funding", "funding", Unless(content.Funding is not null, Refusal.Required)),
        new("ways", "ways", Unless(content.Ways.Length > 0, Refusal.Required)),
        new("region", "region", Unless(content.Region is not null, Refusal.Required)),
    ];

    private static Refusal? Unless(bool passes, Refusal missing) => passes ? null : missing;
}
