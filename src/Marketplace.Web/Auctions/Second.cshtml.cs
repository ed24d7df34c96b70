using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Auctions;

/// <summary>第二顺位: the second-best reads its offer, takes it or not, or stops waiting. Its own eyes only.</summary>
public sealed class SecondModel(Lots lots, Paddles paddles, IGrainFactory grains, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    public Lot Lot { get; private set; } = null!;
    public Course Course { get; private set; } = null!;
    public int Paddle { get; private set; }
    public DateTimeOffset Now { get; private set; }
    public FieldFaults Faults { get; } = new(refusals);

    /// <summary>Why this member may not answer: only a signatory with a second factor binds the enterprise.</summary>
    public string? MayNot { get; private set; }
    public bool MustShowSecondFactor { get; private set; }
    public bool IsAsked => Course is { Offer: { } offer, Answer: null, Outcome: "defaulted" } && offer.Paddle == Paddle && Now < offer.Until;
    public bool Waits => Course.SecondBound == Paddle && !IsAsked;

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation) => await Load(id, cancellation) ?? Page();

    public async Task<IActionResult> OnPostAnswerAsync(string id, bool accepts, bool sure, CancellationToken cancellation)
    {
        if (await Load(id, cancellation, Act.AnswerSecondOffer) is { } refused) return refused;
        if (accepts && !sure)
        {
            Faults.Add(Refusal.Required, "sure");
            return Page();
        }

        return Answer(await grains.GetGrain<IAuctionGrain>(id).AnswerOffer(Paddle, accepts));
    }

    public async Task<IActionResult> OnPostLeaveAsync(string id, CancellationToken cancellation)
    {
        if (await Load(id, cancellation, Act.AnswerSecondOffer) is { } refused) return refused;
        return Answer(await grains.GetGrain<IAuctionGrain>(id).LeaveWaiting(Paddle));
    }

    private IActionResult Answer<T>(Result<T> result)
    {
        if (result.Done) return Redirect($"/auctions/{Lot.Id}");
        Faults.Add(result);
        return Page();
    }

    private async Task<IActionResult?> Load(string id, CancellationToken cancellation, Act act = Act.ApplyToBid)
    {
        var may = await actor.May(act, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var lot = await lots.Find(id, cancellation);
        if (lot is not { State: LotState.Announced } || await paddles.Of(id, may.Value.Organisation, cancellation) is not { } paddle) return NotFound();
        (Lot, Paddle, Now) = (lot, paddle, clock.GetUtcNow());
        Course = await grains.GetGrain<IAuctionGrain>(id).Course();
        var answer = await actor.May(Act.AnswerSecondOffer, may.Value.Organisation, cancellation);
        (MayNot, MustShowSecondFactor) = (answer.Done ? null : refusals.Say(answer.Refusal.Value), answer.Refusal == Refusal.SecondFactorRequired);
        ViewData["Demo"] = lot.Demo;
        return null;
    }
}
