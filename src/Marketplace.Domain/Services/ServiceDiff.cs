using System.Collections.Immutable;
using Marketplace.Domain.Common;
using static Marketplace.Domain.Common.FieldLines;

namespace Marketplace.Domain.Services;

/// <summary>What changed between two versions of a service, field by field in the order of the form.</summary>
public static class ServiceDiff
{
    public static ImmutableArray<FieldChange> Between(ServiceContent? before, ServiceContent after) => FieldChange.Between(before is null ? [] : Lines(before), Lines(after));

    /// <summary>Every field as lines of text. Words of a vocabulary stand by their stored names, which a page translates.</summary>
    public static IEnumerable<(string Field, ImmutableArray<string> Lines)> Lines(ServiceContent c)
    {
        yield return ("kind", One(c.Kind?.ToString()));
        yield return ("title", One(c.Title));
        yield return ("description", One(c.Description));
        yield return ("deliverables", One(c.Deliverables));
        yield return ("keywords", c.Keywords);
        yield return ("fields", [.. c.Fields.Select(f => f.ToString())]);
        yield return ("trlFrom", One(Number(c.TrlFrom)));
        yield return ("trlTo", One(Number(c.TrlTo)));
        yield return ("pricing", One(c.Pricing?.ToString()));
        yield return ("priceFrom", Money(c.PriceFromFen));
        yield return ("priceTo", Money(c.PriceToFen));
        yield return ("priceNote", One(c.PriceNote));
        yield return ("days", One(Number(c.Days)));
        yield return ("region", One(c.Region));
        yield return ("qualifications", [.. c.Qualifications.Select(q => Join(q.Name, q.Number, q.Issuer, Day(q.Until)))]);
    }
}
