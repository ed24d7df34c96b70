using System.Net;
using System.Threading.RateLimiting;

namespace Marketplace.Organisations;

/// <summary>
/// How often one address may try to sign in or to register. The lockout of the account itself is Identity's; this keeps
/// one address from trying many accounts, and from locking others out.
/// </summary>
public sealed class SignInLimits : IDisposable
{
    private readonly PartitionedRateLimiter<(string Address, string Account)> _accounts =
        PartitionedRateLimiter.Create<(string Address, string Account), (string, string)>(
            key => RateLimitPartition.GetFixedWindowLimiter(key, _ => Window(10, TimeSpan.FromMinutes(1))));

    private readonly PartitionedRateLimiter<string> _addresses =
        PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(address, _ => Window(600, TimeSpan.FromMinutes(1))));

    private readonly PartitionedRateLimiter<string> _registrations =
        PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(address, _ => Window(20, TimeSpan.FromHours(1))));

    /// <summary>Ten tries a minute on one account from one address; six hundred on all accounts, so that a hall or a campus behind one address signs in.</summary>
    public bool MaySignIn(IPAddress? address, string? account)
    {
        if (IsThisMachine(address)) return true;
        using var first = _addresses.AttemptAcquire(Network(address!));
        if (!first.IsAcquired) return false;
        using var second = _accounts.AttemptAcquire((Network(address!), account?.Trim().ToUpperInvariant() ?? ""));
        return second.IsAcquired;
    }

    /// <summary>Twenty registrations an hour from one address; an office behind one address stays below that.</summary>
    public bool MayRegister(IPAddress? address)
    {
        if (IsThisMachine(address)) return true;
        using var lease = _registrations.AttemptAcquire(Network(address!));
        return lease.IsAcquired;
    }

    public void Dispose()
    {
        _accounts.Dispose();
        _addresses.Dispose();
        _registrations.Dispose();
    }

    /// <summary>Who sits at this machine has other ways; there is also no address in a host inside a test.</summary>
    private static bool IsThisMachine(IPAddress? address) => address is null || IPAddress.IsLoopback(address);

    /// <summary>One customer of a provider has a whole /64 of IPv6 addresses.</summary>
    private static string Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        if (address.AddressFamily is not System.Net.Sockets.AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes, 0, 8);
    }

    private static FixedWindowRateLimiterOptions Window(int permits, TimeSpan window) =>
        new() { PermitLimit = permits, Window = window, QueueLimit = 0, AutoReplenishment = true };
}
