using System.Text.RegularExpressions;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>发起引荐: a demand and an achievement by their ids. Not there at all while nobody keeps demands.</summary>
public sealed partial class IntroduceModel(CurrentActor actor, MarketplaceDb db, IGrainFactory grains) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid? Demand { get; set; }

    /// <summary>The achievement's id, or the address of its page.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Achievement { get; set; }

    /// <summary>Whether anything binds the agency to either side. It says so each time: the market asks its records only about an owner whom the agency knows.</summary>
    [BindProperty]
    public bool? IsRelated { get; set; }

    [BindProperty]
    public string? Related { get; set; }

    [BindProperty]
    public Guid Command { get; set; }

    public Membership Member { get; private set; } = null!;
    public IReadOnlyList<DemandCard> Demands { get; private set; } = [];
    public Refusal? Refused { get; private set; }
    public string? Field { get; private set; }

    /// <summary>The introduction that stands against this one: its number and days, nothing of whose it is.</summary>
    public IntroductionRow? Stands { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation) => await Open(cancellation) ?? Page();

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var done = await Claim(cancellation);
        if (done.Done) return LocalRedirect($"/introductions/{done.Value}");
        (Refused, Field) = (done.Refusal, done.Detail);
        if (done.Refusal is Refusal.PairProtected or Refusal.IntroducedAlready && Guid.TryParse(done.Detail, out var id))
            Stands = await db.Set<IntroductionRow>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, cancellation);
        ModelState.Remove(nameof(Command));
        Command = Guid.CreateVersion7();
        return Page();
    }

    private async Task<Result<Guid>> Claim(CancellationToken cancellation)
    {
        if (!Guid.TryParse(Id().Match(Achievement ?? "").Value, out var achievement)) return Result<Guid>.Refuse(Refusal.Required, "achievement");
        if (Demand is not { } wanted || await DemandCards.Find(db, Member, wanted, cancellation) is not { } card) return Result<Guid>.Refuse(Refusal.UnknownDemand, "demand");
        if (IsRelated is null || (IsRelated == true && string.IsNullOrWhiteSpace(Related))) return Result<Guid>.Refuse(Refusal.Required, "related");
        var by = new By(Command, (await actor.Get(cancellation)).Person!.Value);
        return await grains.GetGrain<IPairGrain>(PairGrain.KeyOf(wanted, achievement)).Claim(by, new NewClaim(Member.Organisation, card.Owner, card.Title, IsRelated == true ? Related : null));
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.Introduce, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Member = may.Value;
        ViewData["Demo"] = Member.Demo;
        Demands = await DemandCards.For(db, Member, cancellation);
        if (Command == Guid.Empty) Command = Guid.CreateVersion7();
        return null;
    }

    [GeneratedRegex("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")]
    private static partial Regex Id();
}
