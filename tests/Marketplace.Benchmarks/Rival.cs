using Npgsql;

namespace Marketplace.Benchmarks;

/// <summary>
/// What one would write without streams: a stored procedure that locks the auction's row. It is given the easier task:
/// it bids the next amount whatever it is, so none of its bids is ever refused.
/// </summary>
internal sealed class Rival(NpgsqlDataSource source)
{
    private const string Schema = """
        CREATE TABLE rival_auctions (id text PRIMARY KEY, price bigint NOT NULL, leader int, step bigint NOT NULL, ends_at timestamptz NOT NULL, version bigint NOT NULL);
        CREATE TABLE rival_bids (auction text NOT NULL, version bigint NOT NULL, bid_id text NOT NULL, bidder int NOT NULL, amount bigint NOT NULL, at timestamptz NOT NULL,
            PRIMARY KEY (auction, version), UNIQUE (auction, bid_id));
        CREATE FUNCTION rival_bid(auction_id text, a_bidder int, a_bid_id text) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE a rival_auctions; moment timestamptz := clock_timestamp(); known bigint;
        BEGIN
            SELECT * INTO a FROM rival_auctions WHERE id = auction_id FOR UPDATE;
            SELECT version INTO known FROM rival_bids WHERE auction = auction_id AND bid_id = a_bid_id;
            IF FOUND THEN RETURN known; END IF;
            IF moment >= a.ends_at THEN RETURN -1; END IF;
            INSERT INTO rival_bids VALUES (auction_id, a.version + 1, a_bid_id, a_bidder, a.price + a.step, moment);
            UPDATE rival_auctions SET price = a.price + a.step, leader = a_bidder, version = a.version + 1,
                ends_at = CASE WHEN moment >= a.ends_at - interval '5 minutes' THEN moment + interval '5 minutes' ELSE a.ends_at END WHERE id = auction_id;
            RETURN a.version + 1;
        END $$;
        """;

    public async Task Prepare()
    {
        await using var command = source.CreateCommand(Schema);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<Measured> Measure(int clients, TimeSpan duration)
    {
        var auction = $"rival-{clients}";
        await using (var create = source.CreateCommand("INSERT INTO rival_auctions VALUES (@id, 100, NULL, 1, now() + interval '1 day', 0)"))
        {
            create.Parameters.AddWithValue("id", auction);
            await create.ExecuteNonQueryAsync();
        }

        var connections = new List<NpgsqlConnection>();
        var measured = await Load.Drive(clients, duration, async client =>
        {
            var connection = await source.OpenConnectionAsync();
            connections.Add(connection);
            var command = new NpgsqlCommand("SELECT rival_bid($1, $2, $3)", connection);
            command.Parameters.AddWithValue(auction);
            command.Parameters.AddWithValue(client);
            var id = command.Parameters.AddWithValue("");
            await command.PrepareAsync();
            return async number =>
            {
                id.Value = $"{client}-{number}";
                return (long)(await command.ExecuteScalarAsync())! > 0;
            };
        });
        foreach (var connection in connections) await connection.DisposeAsync();
        return measured;
    }
}
