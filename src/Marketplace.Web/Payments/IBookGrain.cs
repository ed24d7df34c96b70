using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Payments.Cards;

namespace Marketplace.Payments;

/// <summary>One book: all accounts at one custodian or provider, one stream, one writer. Key: the name of the book.</summary>
/// <remarks>Every command may be repeated and gets its first answer again. Use <see cref="DepositAccounts"/>, which knows the book.</remarks>
public interface IBookGrain : IGrainWithStringKey, ICardBook
{
    Task<Result<Credit>> Confirm(ConfirmCredit command);

    Task<Result<Credit>> Assign(AssignCredit command);

    Task<Result<Credit>> Reverse(ReverseCredit command);

    Task<Result<Credit>> Examine(ExamineCredit command);

    Task<Result<Hold>> Place(PlaceHold command);

    Task<Result<Hold>> Bind(Guid hold);

    /// <param name="byAuction">The auction let it go; false when the organisation takes back what is not bound.</param>
    Task<Result<Hold>> Release(Guid hold, bool byAuction);

    /// <param name="about">The deal whose price it becomes part of.</param>
    Task<Result<Hold>> UseForPrice(Guid hold, string about);

    Task<Result<Guarantee>> ConfirmGuarantee(ConfirmGuarantee command);

    /// <param name="organisation">Whose letter it is.</param>
    Task<Result<Guarantee>> ReturnGuarantee(Guid letter, Guid organisation);

    Task<Result<Guarantee>> ExpireGuarantee(Guid letter);

    /// <param name="seller">Whose the money is that costs leave.</param>
    Task<Result<Hold>> Forfeit(ForfeitHold command, Guid seller);

    /// <param name="about">The deal whose price the deposit is part of.</param>
    Task<Result<Nothing>> ForfeitKept(string about, long costsFen, long shortfallFen);

    Task<Result<ImmutableArray<Obligation>>> Raise(RaiseObligations command);

    Task<Result<Obligation>> Pay(PayObligation command);

    Task<Result<Obligation>> Claim(ClaimRelease command);

    Task<Result<Obligation>> Agree(Guid obligation, Guid by);

    Task<Result<Obligation>> Object(Guid obligation, string? reason, Guid by);

    Task<Result<Obligation>> ReleaseUnopposed(Guid obligation);

    Task<Result<Obligation>> Propose(ProposeRuling command);

    Task<Result<Obligation>> ConfirmRuling(Guid obligation, Guid ruling, Guid by);

    /// <param name="restitution">The id of what is owed back, when something was released.</param>
    /// <param name="due">Until when it is owed back.</param>
    /// <param name="keepsDeposit">悔拍: what the deposit paid stays kept.</param>
    Task<Result<Nothing>> Unwind(string about, string because, Guid restitution, DateOnly due, bool keepsDeposit);

    Task<Result<Nothing>> Commission(SetCommission command);

    Task<Result<Payout>> Instruct(InstructPayout command);

    /// <summary>退汇 by the bank, with the number of its entry.</summary>
    Task<Result<Payout>> CameBack(Guid payout, string reason, Guid by, string bankReference);

    /// <summary>In a book of cards: what may leave for an account now, and from when more may.</summary>
    Task<ImmutableArray<Leaving>> LeavesFrom(Guid organisation);

    Task<Result<CardOrder>> OpenCard(OpenCard command);

    Task<AccountView> Look(Guid organisation);
}
