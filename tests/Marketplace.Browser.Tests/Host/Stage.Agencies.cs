namespace Marketplace.Browser.Tests.Host;

/// <summary>Agencies of the market's stories.</summary>
public sealed partial class Stage
{
    /// <summary>What the enterprise that wins says who it is with.</summary>
    public static string WinnerCode { get; } = UsccOf("91330106", "MA2AB002");

    /// <summary>An agency that signed up, was verified at the desk, and whose broker signs for it.</summary>
    public Task<Somebody> Agency(string name, string body, string person, string email) => Joins("Agency", name, UsccOf("91330109", body), person, email);
}
