using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments.Cards;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>保证金账户, as only its own organisation sees it: what is there, what is frozen for which lot, every movement.</summary>
public sealed class DepositAccountModel(CurrentActor actor, DepositAccounts deposits, GuaranteeLetters letters, FileStore files, CustodianAccount custodian, CardPayments cards, MarketplaceDb db, TimeProvider clock) : PageModel
{
    private const int PageSize = 50;

    public AccountView View { get; private set; } = null!;

    public string Reference { get; private set; } = "";

    public CustodianAccount Custodian => custodian;

    public bool Demo { get; private set; }

    public bool MayTakeBack { get; private set; }

    /// <summary>An organisation abroad pays in by card.</summary>
    public bool ByCard { get; private set; }

    /// <summary>What a seller has of buyers abroad.</summary>
    public long CardsFen { get; private set; }

    public bool MayPayIn { get; private set; }

    /// <summary>Made before the form is shown, so that sending it twice pays once.</summary>
    public Guid NewPayment { get; private set; }

    public IReadOnlyList<StatementRow> Statement { get; private set; } = [];

    public int Lines { get; private set; }

    public int Number { get; private set; }

    public int Pages => Math.Max(1, (Lines + PageSize - 1) / PageSize);

    /// <summary>A letter as it was typed.</summary>
    public sealed class TypedLetter
    {
        public string? Issuer { get; set; }
        public string? Number { get; set; }
        public string? Sum { get; set; }
        public string? ValidUntil { get; set; }
    }

    /// <summary>The organisation's 保函, the newest first.</summary>
    public IReadOnlyList<GuaranteeRow> Letters { get; private set; } = [];

    public TypedLetter Typed { get; private set; } = new();

    /// <summary>Made before the form is shown, so that sending it twice hands in one letter.</summary>
    public Guid NewLetter { get; private set; }

    /// <summary>The field of the letter and what is wrong with it; the empty name stands for the whole.</summary>
    public (string Field, Refusal Refusal)? LetterFault { get; private set; }

    public Refusal? LetterOf(string field) => LetterFault is { } fault && fault.Field == field ? fault.Refusal : null;

    /// <summary>Why taking money, or a letter, back did not work.</summary>
    public Refusal? Refused { get; private set; }

    public async Task<IActionResult> OnGet(int page = 1, CancellationToken cancellation = default)
    {
        var may = await actor.May(Act.ReadOwnAccount, cancellation: cancellation);
        return may.Done ? await Show(may.Value, page, cancellation) : this.Refused(may.Refusal.Value);
    }

    /// <summary>The organisation takes back what has not admitted it yet.</summary>
    public async Task<IActionResult> OnPostTakeBack(Guid hold, CancellationToken cancellation)
    {
        var may = await actor.May(Act.FreezeDeposit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var taken = await deposits.TakeBack(hold, may.Value.Organisation);
        if (taken.Done) return LocalRedirect("/desk/account");
        Refused = taken.Refusal;
        return await Show(may.Value, 1, cancellation);
    }

    /// <summary>The organisation hands in a letter; the operator asks its issuer.</summary>
    public async Task<IActionResult> OnPostLetter(Guid letter, TypedLetter typed, IFormFile? file, CancellationToken cancellation)
    {
        var may = await actor.May(Act.FreezeDeposit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var submitted = await Submit(letter, typed, file, may.Value.Organisation, cancellation);
        if (submitted.Done) return LocalRedirect("/desk/account#letters");
        (Typed, NewLetter) = (typed, letter);
        LetterFault = (submitted.Detail ?? "", submitted.Refusal.Value);
        return await Show(may.Value, 1, cancellation);
    }

    private async Task<Result<Nothing>> Submit(Guid letter, TypedLetter typed, IFormFile? file, Guid organisation, CancellationToken cancellation)
    {
        if (!Fen.TryRead(typed.Sum, out var fen)) return Result<Nothing>.Refuse(Refusal.AmountOutOfRange, "amount");
        DateOnly? until = DateOnly.TryParseExact(typed.ValidUntil, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
        KeptFile? kept = null;
        if (file is { Length: > 0 })
        {
            await using var content = file.OpenReadStream();
            var keeping = await files.Keep(content, file.FileName, cancellation);
            if (!keeping.Done) return Result<Nothing>.Refuse(keeping.Refusal.Value, "file");
            kept = keeping.Value;
        }

        return await letters.Submit(organisation, new GuaranteeWriting(letter, typed.Issuer, typed.Number, fen, until, kept), (await actor.Get(cancellation)).Person!.Value, cancellation);
    }

    /// <summary>The organisation asks for a letter back.</summary>
    public async Task<IActionResult> OnPostReturnLetter(Guid letter, CancellationToken cancellation)
    {
        var may = await actor.May(Act.FreezeDeposit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var returned = await letters.Return(letter, may.Value.Organisation, cancellation);
        if (returned.Done) return LocalRedirect("/desk/account#letters");
        Refused = returned.Refusal;
        return await Show(may.Value, 1, cancellation);
    }

    private async Task<IActionResult> Show(Membership member, int page, CancellationToken cancellation)
    {
        Demo = member.Demo;
        var book = await deposits.BookOf(member.Organisation, cancellation) ?? DepositAccounts.BookOf(Demo);
        View = await deposits.Account(member.Organisation, book);
        ByCard = DepositAccounts.IsOfCards(book);
        MayPayIn = cards.IsOffered && (await actor.May(Act.PayOwed, member.Organisation, cancellation)).Done;
        NewPayment = Guid.CreateVersion7(clock.GetUtcNow());
        if (NewLetter == Guid.Empty) NewLetter = Guid.CreateVersion7(clock.GetUtcNow());
        Letters = await db.Set<GuaranteeRow>().AsNoTracking().Where(g => g.Organisation == member.Organisation).OrderByDescending(g => g.SubmittedAt).Take(PageSize).ToListAsync(cancellation);
        if (!ByCard) CardsFen = (await deposits.Account(member.Organisation, DepositAccounts.CardBookOf(Demo))).BalanceFen;
        if (!ByCard) Reference = await deposits.ReferenceOf(member.Organisation, cancellation);
        MayTakeBack = (await actor.May(Act.FreezeDeposit, member.Organisation, cancellation)).Done;
        var statement = db.Set<StatementRow>().AsNoTracking().Where(s => s.Organisation == member.Organisation && s.Book == book);
        Lines = await statement.CountAsync(cancellation);
        Number = Math.Clamp(page, 1, Pages);
        Statement = await statement.OrderByDescending(s => s.Version).Skip((Number - 1) * PageSize).Take(PageSize).ToListAsync(cancellation);
        return Page();
    }
}
