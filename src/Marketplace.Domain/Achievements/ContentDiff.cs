using System.Collections.Immutable;
using Marketplace.Domain.Common;
using static Marketplace.Domain.Common.FieldLines;

namespace Marketplace.Domain.Achievements;

/// <summary>What changed between two versions, field by field in the order of the form.</summary>
public static class ContentDiff
{
    public static ImmutableArray<FieldChange> Between(AchievementContent? before, AchievementContent after) => FieldChange.Between(before is null ? [] : Lines(before), Lines(after));

    /// <summary>Every field as lines of text. Words of a vocabulary stand by their stored names, which a page translates.</summary>
    public static IEnumerable<(string Field, ImmutableArray<string> Lines)> Lines(AchievementContent c)
    {
        yield return ("title", One(c.Title));
        yield return ("summary", One(c.Summary));
        yield return ("details", One(c.Details));
        yield return ("keywords", c.Keywords);
        yield return ("field", One(c.Field?.ToString()));
        yield return ("highlands", [.. c.Highlands.Select(h => h.ToString())]);
        yield return ("ipc", c.Ipc);
        yield return ("trl", One(Number(c.Trl)));
        yield return ("evidence", [.. c.Evidence.Select(e => Join($"TRL {Number(e.Level)}", e.What, e.Source, Day(e.IssuedOn)))]);
        yield return ("ip", [.. c.Ip.Select(i => Join(i.Number, i.Title, Day(i.AppliedOn)))]);
        yield return ("owners", [.. c.Owners.Select(o => Join(o.Name, Percent(o.ShareBp)))]);
        yield return ("consents", [.. c.Owners.Where(o => o.Consent == Consent.Waiting).Select(o => o.Name)]);
        yield return ("funding", One(c.Funding?.ToString()));
        yield return ("fundingProject", One(c.FundingProject));
        yield return ("completers", [.. c.Completers.Select(p => Join(p.Name, p.Unit))]);
        yield return ("licences", [.. c.Licences.Select(l => Join(l.RegistrationNumber, l.Licensee, Day(l.Until)))]);
        yield return ("licenceKinds", [.. c.Licences.Select(l => l.Kind.ToString())]);
        yield return ("ways", [.. c.Ways.Select(w => w.ToString())]);
        yield return ("price", Money(c.PriceIdeaFen));
        yield return ("region", One(c.Region));
        yield return ("files", [.. c.Files.Select(f => Join(f.FileName, f.Sha256[..Math.Min(12, f.Sha256.Length)]))]);
        yield return ("fileTiers", [.. c.Files.Select(f => f.Tier.ToString())]);
    }
}
