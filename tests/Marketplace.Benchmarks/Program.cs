using Marketplace.Benchmarks;

switch (args)
{
    case ["hot-auction", .. var rest]:
        await HotAuction.Run(rest);
        return 0;
    default:
        Console.Error.WriteLine("Usage: Marketplace.Benchmarks hot-auction [--seconds N] [--bidders N] [--store postgres|sqlite]");
        return 2;
}
