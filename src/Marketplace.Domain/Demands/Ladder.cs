namespace Marketplace.Domain.Demands;

/// <summary>On which rung of the reveal ladder a reader stands. Each sees what the rungs below it see.</summary>
public enum Rung
{
    /// <summary>Anybody: the kind of owner and its city, never a name.</summary>
    Public,

    /// <summary>A member of a verified organisation.</summary>
    Verified,

    /// <summary>Whom the owner let in by name, or chose; the owner itself, its mandated brokers, and the operator who reviews.</summary>
    Inside,
}

/// <summary>What one reader sees of what may be closed.</summary>
public readonly record struct Sight(bool Name, bool Budget, bool Confidential);

/// <summary>
/// Named demands and budgets are shown only to their owner and mandated brokers (domain §8a.14). An owner may open a part
/// to members of verified organisations, or a name and a budget to everybody; confidential lines are never public.
/// </summary>
public static class Ladder
{
    public static Sight Of(RevealSettings reveal, Rung rung) => new(Sees(reveal.Name, rung), Sees(reveal.Budget, rung), rung != Rung.Public && Sees(reveal.Confidential, rung));

    private static bool Sees(Opens opens, Rung rung) => rung switch
    {
        Rung.Inside => true,
        Rung.Verified => opens != Opens.Narrow,
        Rung.Public => opens == Opens.Public,
    };
}
