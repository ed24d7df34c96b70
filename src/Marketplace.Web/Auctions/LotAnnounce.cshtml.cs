using Marketplace.Auctions.Sealing;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>The operator reads an offered lot with its files, and announces it in two steps. Never shows a reserve's amount.</summary>
public sealed class LotAnnounceModel(MarketplaceDb db, Lots lots, Sessions sessions, SessionSlots slots, Announcements announcements, LotKeys keys, HolderKeys holderKeys, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    public sealed class Writing
    {
        public string? OpensAt { get; set; }
        public string? ApplyUntil { get; set; }

        /// <summary>In percent, as typed.</summary>
        public string? Fee { get; set; }
        public Bearer FeeBy { get; set; }

        /// <summary>Sealed offers: how many shares open, who keeps the third, and what the browser made of it.</summary>
        public int Needed { get; set; } = Domain.Auctions.Sealing.OpeningKey.Fewest;
        public Guid Notary { get; set; }
        public string? OpeningKey { get; set; }
    }

    public Writing Input { get; private set; } = new();
    public Lot Lot { get; private set; } = null!;
    public Session? Session { get; private set; }
    public IReadOnlyList<(Gate Gate, string Party)> Asked { get; private set; } = [];
    public IReadOnlyList<GateAnswer> Answers { get; private set; } = [];
    public IReadOnlyList<GateFinding> Open { get; private set; } = [];

    /// <summary>Sealed offers: notary offices that have a key.</summary>
    public IReadOnlyList<KeyHolder> Notaries { get; private set; } = [];

    /// <summary>Sealed offers: who keeps the shares, on the second step.</summary>
    public IReadOnlyList<(ShareHolder Holder, KeyHolder Key)> Holders { get; private set; } = [];
    public FieldFaults Faults { get; } = new(refusals);

    /// <summary>The second step: everything is checked, the button announces.</summary>
    public AnnouncedTerms? ToConfirm { get; private set; }
    /// <summary>Round the clock: when bidding could open so that its end lies in a slot with room.</summary>
    public IReadOnlyList<DateTimeOffset> FreeOpenings { get; private set; } = [];

    public DateTimeOffset NoticeEndsAt => Announcement.NoticeEnd(Session?.Profile ?? SessionProfile.Standard, clock.GetUtcNow(), Lot.Round, Lot.Format);

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        if (Lot.State == LotState.Announced) return Redirect($"/auctions/{id}/notice");
        var opens = Session is { } s && s.OpensAt >= NoticeEndsAt ? s.OpensAt : NoticeEndsAt.AddHours(34);
        if (Session is not null && await sessions.OpensAfter(Session, Lot, cancellation) is { } next && next > opens) opens = next;
        var until = Session is { } at && at.OpensAt == opens ? at.ApplyUntil : opens.AddHours(-1);
        if (Lot.Format == Formats.Listed) until = Instant.Later(opens.AddHours(-1), NoticeEndsAt);
        Input = new Writing { OpensAt = BeijingTime.Input(opens), ApplyUntil = BeijingTime.Input(until), Fee = "0", FeeBy = Bearer.Seller };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id, [FromForm(Name = "Input")] Writing input, bool confirmed, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        Input = input;
        if (!BeijingTime.TryRead(input.OpensAt, out var opens)) Faults.Add(Refusal.Required, "opensAt");
        if (!BeijingTime.TryRead(input.ApplyUntil, out var until)) Faults.Add(Refusal.Required, "applyUntil");
        if (!Fen.TryRead(input.Fee, out var basisPoints) || basisPoints > Fees.MostBp) Faults.Add(Refusal.FeeOutOfRange, "fee");
        if (Faults.Any) return Page();
        var terms = new AnnouncedTerms(opens, until, (int)basisPoints, input.FeeBy, Formats.Seals(Lot.Format) ? new KeyChoice(input.Needed, input.Notary, input.OpeningKey) : null);
        if (!confirmed)
        {
            var check = await announcements.Check(Lot, terms, cancellation);
            if (check.Done && terms.Key is { } choice) Holders = (await keys.Holders(Lot, choice.Notary, cancellation)).Value;
            if (check.Done) ToConfirm = terms;
            else await Fault(check, opens, cancellation);
            return Page();
        }

        var person = (await actor.Get(cancellation)).Person!.Value;
        var announced = await announcements.Announce(Lot, terms, person, cancellation);
        if (announced.Done) return Redirect($"/auctions/{id}/notice");
        await Fault(announced, opens, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostReturnAsync(string id, string? reason, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        var done = string.IsNullOrWhiteSpace(reason) ? Result<Nothing>.Refuse(Refusal.Required, "reason") : await lots.TakeBack(Lot, reason, cancellation);
        if (done.Done) return Redirect("/desk/sessions");
        Faults.Add(done, "reason");
        return await OnGetAsync(id, cancellation);
    }

    private async Task Fault(Result<Nothing> result, DateTimeOffset opens, CancellationToken cancellation)
    {
        Faults.Add(result, "opensAt", "applyUntil", "fee", "operator", "seller", "notary");
        if (result.Refusal != Refusal.SlotFull || Session is null) return;
        // From the opening to the end is the lot's own length, so a free end names an opening.
        var lasts = Announcements.Lasts(Lot);
        FreeOpenings = [.. (await slots.Next(Session, opens + lasts, 3, cancellation)).Select(slot => slot + Slots.Length - lasts)];
    }

    private async Task<IActionResult?> Load(string id, CancellationToken cancellation)
    {
        var may = await actor.May(Act.AnnounceLot, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        // A draft is its university's own.
        var lot = await lots.Find(id, cancellation);
        if (lot is null || lot.State is LotState.Draft or LotState.Withdrawn) return NotFound();
        Lot = lot;
        Session = lot.Session is { } session ? await db.Set<Session>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == session, cancellation) : null;
        Asked = LotGates.Asked(await lots.FactsOf(lot, cancellation), lot.Right);
        Answers = await lots.AnswersOf(id, cancellation);
        Open = await lots.OpenGates(lot, cancellation);
        if (Formats.Seals(lot.Format)) Notaries = await holderKeys.Notaries(lot.Demo, cancellation);
        return null;
    }
}
