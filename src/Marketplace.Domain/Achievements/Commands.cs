using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Achievements;

/// <summary>Who gives a command, under which id (the same id twice is the same command), and which version that person had before the eyes.</summary>
/// <param name="Seen">Null when the command does not depend on what was seen.</param>
/// <param name="Agency">The agency that does it for the unit under a mandate; null when the unit acts itself.</param>
public sealed record By(Guid Command, Guid Person, int? Seen = null, Guid? Agency = null);

/// <summary>What a researcher tells the unit of a result.</summary>
public sealed record DisclosedResult
{
    public string Title { get; init; } = "";
    public string Summary { get; init; } = "";
    public TechField? Field { get; init; }
    public int? Trl { get; init; }
    public FundingSource? Funding { get; init; }
    public string? FundingProject { get; init; }
    public ImmutableArray<Completer> Completers { get; init; } = [];

    /// <summary>The draft of the listing that the unit begins with.</summary>
    /// <param name="unit">The unit's name: a 职务成果 belongs to it until somebody says otherwise.</param>
    public AchievementContent ToContent(string unit, string? region) => new()
    {
        Title = Title,
        Summary = Summary,
        Field = Field,
        Trl = Trl,
        Funding = Funding,
        FundingProject = FundingProject,
        Completers = Completers,
        Owners = [new RightHolder(unit, 10_000, Consent.Own)],
        Region = region,
    };
}
