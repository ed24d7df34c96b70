using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>答疑 of one lot: everybody reads what was answered, members ask, the seller answers, the operator withdraws.</summary>
public sealed class LotQuestionsModel(MarketplaceDb db, LotQuestions questions, CurrentActor actor, Refusals refusals) : PageModel
{
    public QuestionFeed Feed { get; private set; } = null!;
    public Lot Lot => Feed.Lot;

    /// <summary>Unanswered, for those who have to do with them; empty for everybody else.</summary>
    public IReadOnlyList<QuestionRow> Waiting { get; private set; } = [];
    public IReadOnlyList<QuestionRow> Mine { get; private set; } = [];
    public bool Sells { get; private set; }
    public bool Moderates { get; private set; }
    public bool SignedIn { get; private set; }

    /// <summary>The membership that may ask here; null when nobody of the reader's may.</summary>
    public Membership? Asker { get; private set; }
    public FieldFaults Faults { get; } = new(refusals);

    /// <summary>What was typed and refused, by the field it was typed into.</summary>
    public IDictionary<string, string?> Typed { get; } = new Dictionary<string, string?>();

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation) => await Load(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAskAsync(string id, string? question, CancellationToken cancellation)
    {
        if (!await Load(id, cancellation)) return NotFound();
        var may = await actor.May(Act.AskQuestion, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        return await Answered("question", question, await questions.Ask(Lot, may.Value, (await actor.Get(cancellation)).Person!.Value, question, cancellation), cancellation);
    }

    public async Task<IActionResult> OnPostAnswerAsync(string id, Guid about, string? answer, CancellationToken cancellation)
    {
        if (!await Load(id, cancellation)) return NotFound();
        var may = await actor.May(Act.AnswerQuestion, Lot.Seller, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        return await Answered($"answer-{about}", answer, await questions.Answer(Lot, about, (await actor.Get(cancellation)).Person!.Value, answer, cancellation), cancellation);
    }

    public async Task<IActionResult> OnPostAddAsync(string id, string? addendum, CancellationToken cancellation)
    {
        if (!await Load(id, cancellation)) return NotFound();
        var may = await actor.May(Act.AnswerQuestion, Lot.Seller, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        return await Answered("addendum", addendum, await questions.Add(Lot, (await actor.Get(cancellation)).Person!.Value, addendum, cancellation), cancellation);
    }

    public async Task<IActionResult> OnPostWithdrawAsync(string id, Guid about, string? reason, CancellationToken cancellation)
    {
        if (!await Load(id, cancellation)) return NotFound();
        var may = await actor.May(Act.WithdrawQuestion, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        return await Answered($"reason-{about}", reason, await questions.Withdraw(Lot, about, (await actor.Get(cancellation)).Person!.Value, reason, cancellation), cancellation);
    }

    private async Task<IActionResult> Answered(string field, string? typed, Result<Nothing> result, CancellationToken cancellation)
    {
        if (result.Done) return RedirectToPage(new { id = Lot.Id });
        if (result.Refusal == Refusal.NotFound) return NotFound();
        await Load(Lot.Id, cancellation);
        Typed[field] = typed;
        // Where the form is gone meanwhile, the page as a whole says why.
        Faults.Add(result.Refusal.Value, HasForm(field) ? field : null);
        return Page();
    }

    private bool HasForm(string field) => field.Split('-')[0] switch
    {
        "question" => Asker is not null && !Sells && Feed.MayAsk,
        "addendum" => Sells && Feed.MayAnswer,
        "answer" => Sells && Feed.MayAnswer && Waiting.Any(q => field.EndsWith($"{q.Id}", StringComparison.Ordinal)),
        _ => Moderates && Waiting.Concat(Feed.Published.Where(q => q.WithdrawnAt is null)).Any(q => field.EndsWith($"{q.Id}", StringComparison.Ordinal)),
    };

    private async Task<bool> Load(string id, CancellationToken cancellation)
    {
        var lot = await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.State == LotState.Announced, cancellation);
        if (lot is null) return false;
        Feed = await questions.Feed(lot, cancellation);
        Sells = (await actor.May(Act.AnswerQuestion, lot.Seller, cancellation)).Done;
        Moderates = (await actor.May(Act.WithdrawQuestion, cancellation: cancellation)).Done;
        SignedIn = (await actor.Get(cancellation)).SignedIn;
        Waiting = Sells || Moderates ? await questions.Waiting(id).AsNoTracking().ToListAsync(cancellation) : [];
        var may = await actor.May(Act.AskQuestion, cancellation: cancellation);
        Asker = may.Done && may.Value.Demo == lot.Demo && may.Value.Organisation != lot.Seller ? may.Value : null;
        Mine = Asker is null ? [] : await questions.Own(id, Asker.Organisation, cancellation);
        return true;
    }
}
