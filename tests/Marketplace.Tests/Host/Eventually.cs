using System.Diagnostics;

namespace Marketplace.Tests.Host;

/// <summary>Asks again until something outside this process answers: bounded, and it says what it waited for.</summary>
public static class Eventually
{
    public static async Task<T> Get<T>(string what, TimeSpan atMost, Func<Task<T?>> ask)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (waited.Elapsed < atMost)
        {
            if (await ask() is { } answer) return answer;
            await again.WaitForNextTickAsync();
        }

        throw new TimeoutException($"Waited {atMost} for: {what}.");
    }

    public static async Task Become(string what, TimeSpan atMost, Func<Task<bool>> ask) =>
        await Get(what, atMost, async () => await ask() ? what : null);
}
