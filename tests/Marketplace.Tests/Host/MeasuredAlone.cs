namespace Marketplace.Tests.Host;

/// <summary>
/// Tests that hold the market to a time. They run after all others and one at a time: beside a full machine they would measure its load.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}
