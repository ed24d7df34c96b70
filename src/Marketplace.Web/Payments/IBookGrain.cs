using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Payments;

/// <summary>One book: all accounts at one custodian, one stream, one writer. Key: the name of the book.</summary>
/// <remarks>Every command may be repeated and gets its first answer again. Use <see cref="DepositAccounts"/>, which knows the book.</remarks>
public interface IBookGrain : IGrainWithStringKey
{
    Task<Result<Credit>> Confirm(ConfirmCredit command);

    Task<Result<Credit>> Assign(AssignCredit command);

    Task<Result<Credit>> Reverse(ReverseCredit command);

    Task<Result<Hold>> Place(PlaceHold command);

    Task<Result<Hold>> Bind(Guid hold);

    /// <param name="byAuction">The auction let it go; false when the organisation takes back what is not bound.</param>
    Task<Result<Hold>> Release(Guid hold, bool byAuction);

    Task<Result<Hold>> UseForPrice(Guid hold);

    Task<Result<Hold>> Forfeit(ForfeitHold command);

    Task<AccountView> Look(Guid organisation);
}
