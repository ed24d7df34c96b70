using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Marketplace.Platform.Database.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "announcements",
                columns: table => new
                {
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false),
                    sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    published_by = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_announcements", x => x.auction);
                });

            migrationBuilder.CreateTable(
                name: "appeared_documents",
                columns: table => new
                {
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    document = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_appeared_documents", x => new { x.kind, x.document });
                });

            migrationBuilder.CreateTable(
                name: "applications",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    started_by = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    statement = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    papers_sha256 = table.Column<string>(type: "text", nullable: true),
                    papers_name = table.Column<string>(type: "text", nullable: true),
                    qualified_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    agent = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    mandate_until = table.Column<DateOnly>(type: "date", nullable: true),
                    mandate_sha256 = table.Column<string>(type: "text", nullable: true),
                    mandate_name = table.Column<string>(type: "text", nullable: true),
                    mandate_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    pledge_version = table.Column<string>(type: "text", nullable: true),
                    pledge_sha256 = table.Column<string>(type: "text", nullable: true),
                    pledge_by_name = table.Column<string>(type: "text", nullable: true),
                    pledge_by = table.Column<Guid>(type: "uuid", nullable: true),
                    pledge_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    second_consent = table.Column<string>(type: "text", nullable: true),
                    interest = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    interest_text = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    interest_of = table.Column<string>(type: "text", nullable: true),
                    interest_by_name = table.Column<string>(type: "text", nullable: true),
                    interest_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    review = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reviewed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    reviewed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    review_reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    ceiling_by = table.Column<Guid>(type: "uuid", nullable: true),
                    ceiling_by_name = table.Column<string>(type: "text", nullable: true),
                    ceiling_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    hold = table.Column<Guid>(type: "uuid", nullable: true),
                    held_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    admitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false),
                    priority_rank = table.Column<int>(type: "integer", nullable: true),
                    priority_sha256 = table.Column<string>(type: "text", nullable: true),
                    priority_name = table.Column<string>(type: "text", nullable: true),
                    priority_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    priority_granted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_applications", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "approvals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    what = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    subject = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    ground = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    evidence_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    evidence_name = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    proposed_by = table.Column<Guid>(type: "uuid", nullable: false),
                    proposed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    confirmed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    refused = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_approvals", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "auction_houses",
                columns: table => new
                {
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    licence = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    licence_until = table.Column<DateOnly>(type: "date", nullable: false),
                    file_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    file_name = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_auction_houses", x => x.organisation);
                });

            migrationBuilder.CreateTable(
                name: "bank_credits",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: true),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    credited_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    bank_reference = table.Column<string>(type: "text", nullable: false),
                    payer_reference = table.Column<string>(type: "text", nullable: true),
                    confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    confirmed_by = table.Column<Guid>(type: "uuid", nullable: false),
                    reversed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reversed_because = table.Column<string>(type: "text", nullable: true),
                    reversed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    examined_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    examined_because = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_bank_credits", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "bank_lines",
                columns: table => new
                {
                    book = table.Column<string>(type: "text", nullable: false),
                    bank_reference = table.Column<string>(type: "text", nullable: false),
                    entry = table.Column<string>(type: "text", nullable: false),
                    statement = table.Column<Guid>(type: "uuid", nullable: false),
                    place = table.Column<int>(type: "integer", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    direction = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    booked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    given = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    payer_name = table.Column<string>(type: "text", nullable: true),
                    payer_account = table.Column<string>(type: "text", nullable: true),
                    remittance = table.Column<string>(type: "text", nullable: true),
                    is_reversal = table.Column<bool>(type: "boolean", nullable: false),
                    counts_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    entered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_bank_lines", x => new { x.book, x.bank_reference });
                });

            migrationBuilder.CreateTable(
                name: "bank_statements",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    file_sha256 = table.Column<string>(type: "text", nullable: false),
                    format = table.Column<string>(type: "text", nullable: false),
                    account = table.Column<string>(type: "text", nullable: true),
                    from = table.Column<DateOnly>(type: "date", nullable: true),
                    to = table.Column<DateOnly>(type: "date", nullable: true),
                    opening_fen = table.Column<long>(type: "bigint", nullable: true),
                    closing_fen = table.Column<long>(type: "bigint", nullable: true),
                    lines = table.Column<int>(type: "integer", nullable: false),
                    known = table.Column<int>(type: "integer", nullable: false),
                    taken_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    taken_by = table.Column<Guid>(type: "uuid", nullable: false),
                    stopped_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_bank_statements", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "card_disputes",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    payment = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    reason = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    evidence_due = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_card_disputes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "card_payments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    obligation = table.Column<Guid>(type: "uuid", nullable: true),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    opened_by = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    because = table.Column<string>(type: "text", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    intent = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    method = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    return_url = table.Column<string>(type: "text", nullable: true),
                    withdrawn = table.Column<bool>(type: "boolean", nullable: false),
                    seen = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    redirect = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_card_payments", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "ceilings",
                columns: table => new
                {
                    application = table.Column<Guid>(type: "uuid", nullable: false),
                    value_fen = table.Column<long>(type: "bigint", nullable: false),
                    nonce = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    command_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ceilings", x => x.application);
                });

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    friendly_name = table.Column<string>(type: "text", nullable: true),
                    xml = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deal_readings",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    auction = table.Column<string>(type: "text", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deal_readings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deal_steps",
                columns: table => new
                {
                    auction = table.Column<string>(type: "text", nullable: false),
                    step = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    party = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: true),
                    file_sha256 = table.Column<string>(type: "text", nullable: true),
                    file_name = table.Column<string>(type: "text", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deal_steps", x => new { x.auction, x.step, x.party });
                });

            migrationBuilder.CreateTable(
                name: "deals",
                columns: table => new
                {
                    auction = table.Column<string>(type: "text", nullable: false),
                    seller = table.Column<Guid>(type: "uuid", nullable: false),
                    buyer = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    price_fen = table.Column<long>(type: "bigint", nullable: false),
                    hold = table.Column<Guid>(type: "uuid", nullable: true),
                    deposit_fen = table.Column<long>(type: "bigint", nullable: false),
                    concluded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    contract_sha256 = table.Column<string>(type: "text", nullable: false),
                    transfers_patent = table.Column<bool>(type: "boolean", nullable: false),
                    listed = table.Column<bool>(type: "boolean", nullable: false),
                    buyer_fee_bp = table.Column<int>(type: "integer", nullable: false),
                    seller_fee_bp = table.Column<int>(type: "integer", nullable: false),
                    payment_plan = table.Column<string>(type: "text", nullable: true),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    interest_of = table.Column<string>(type: "text", nullable: true),
                    ended_because = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deals", x => x.auction);
                });

            migrationBuilder.CreateTable(
                name: "deposit_accounts",
                columns: table => new
                {
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    available_fen = table.Column<long>(type: "bigint", nullable: false),
                    frozen_fen = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deposit_accounts", x => new { x.organisation, x.book });
                });

            migrationBuilder.CreateTable(
                name: "deposit_holds",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    auction = table.Column<string>(type: "text", nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    placed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    money = table.Column<Guid>(type: "uuid", nullable: true),
                    letter = table.Column<Guid>(type: "uuid", nullable: true),
                    ended_for = table.Column<string>(type: "text", nullable: true),
                    then_kind = table.Column<string>(type: "text", nullable: true),
                    then_key = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deposit_holds", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deposit_statement",
                columns: table => new
                {
                    book = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    auction = table.Column<string>(type: "text", nullable: true),
                    hold = table.Column<Guid>(type: "uuid", nullable: true),
                    bank_reference = table.Column<string>(type: "text", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    available_after_fen = table.Column<long>(type: "bigint", nullable: false),
                    frozen_after_fen = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deposit_statement", x => new { x.book, x.version, x.organisation });
                });

            migrationBuilder.CreateTable(
                name: "desk_acts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    what = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    subject = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_desk_acts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dossier_views",
                columns: table => new
                {
                    copy = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    file = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    read_as = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    nda = table.Column<Guid>(type: "uuid", nullable: true),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation_name = table.Column<string>(type: "text", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    person_name = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dossier_views", x => x.copy);
                });

            migrationBuilder.CreateTable(
                name: "due_work",
                columns: table => new
                {
                    kind = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    last_error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_due_work", x => new { x.kind, x.key });
                });

            migrationBuilder.CreateTable(
                name: "facts",
                columns: table => new
                {
                    stream = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    command_key = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facts", x => new { x.stream, x.version });
                });

            migrationBuilder.CreateTable(
                name: "floor_paddles",
                columns: table => new
                {
                    session = table.Column<Guid>(type: "uuid", nullable: false),
                    paddle = table.Column<int>(type: "integer", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    representative = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    mandate_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    clerk = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_floor_paddles", x => new { x.session, x.paddle });
                });

            migrationBuilder.CreateTable(
                name: "forfeits",
                columns: table => new
                {
                    hold = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    auction = table.Column<string>(type: "text", nullable: false),
                    deal = table.Column<string>(type: "text", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    seller = table.Column<Guid>(type: "uuid", nullable: false),
                    deposit_fen = table.Column<long>(type: "bigint", nullable: false),
                    price_fen = table.Column<long>(type: "bigint", nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    resale_fen = table.Column<long>(type: "bigint", nullable: true),
                    resale_about = table.Column<string>(type: "text", nullable: true),
                    costs_fen = table.Column<long>(type: "bigint", nullable: true),
                    reason = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    proposed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    proposed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    confirmed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_forfeits", x => x.hold);
                });

            migrationBuilder.CreateTable(
                name: "given_shares",
                columns: table => new
                {
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    share = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_given_shares", x => new { x.auction, x.number });
                });

            migrationBuilder.CreateTable(
                name: "guarantees",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    issuer = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    number = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    valid_until = table.Column<DateOnly>(type: "date", nullable: false),
                    file_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    submitted_by = table.Column<Guid>(type: "uuid", nullable: false),
                    decided_by = table.Column<Guid>(type: "uuid", nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    refused_because = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    called_fen = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_guarantees", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "hall_lots",
                columns: table => new
                {
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    mandate_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    mandate_date = table.Column<DateOnly>(type: "date", nullable: true),
                    roadshow_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_hall_lots", x => x.lot);
                });

            migrationBuilder.CreateTable(
                name: "hall_officers",
                columns: table => new
                {
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    qualification = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_hall_officers", x => new { x.organisation, x.person });
                });

            migrationBuilder.CreateTable(
                name: "hall_sessions",
                columns: table => new
                {
                    session = table.Column<Guid>(type: "uuid", nullable: false),
                    house = table.Column<Guid>(type: "uuid", nullable: false),
                    place = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    stream_url = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    warning_seconds = table.Column<int>(type: "integer", nullable: false),
                    tie_goes_to = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    floor_from = table.Column<int>(type: "integer", nullable: false),
                    floor_to = table.Column<int>(type: "integer", nullable: false),
                    recorder = table.Column<Guid>(type: "uuid", nullable: true),
                    notice_medium = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    notice_date = table.Column<DateOnly>(type: "date", nullable: true),
                    notice_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    display_from = table.Column<DateOnly>(type: "date", nullable: true),
                    display_to = table.Column<DateOnly>(type: "date", nullable: true),
                    display_place = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    rules_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_hall_sessions", x => x.session);
                });

            migrationBuilder.CreateTable(
                name: "heads",
                columns: table => new
                {
                    seq = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    stream = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: false),
                    signature = table.Column<byte[]>(type: "bytea", nullable: false),
                    xid = table.Column<ulong>(type: "xid8", nullable: false, defaultValueSql: "pg_current_xact_id()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_heads", x => x.seq);
                });

            migrationBuilder.CreateTable(
                name: "holder_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    public_key = table.Column<string>(type: "character varying(130)", maxLength: 130, nullable: false),
                    fingerprint = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    registered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    replaced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_holder_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "introduction_pairs",
                columns: table => new
                {
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    achievement = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_introduction_pairs", x => new { x.demand, x.achievement });
                });

            migrationBuilder.CreateTable(
                name: "invoices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    issuer = table.Column<Guid>(type: "uuid", nullable: false),
                    payer = table.Column<Guid>(type: "uuid", nullable: false),
                    year = table.Column<int>(type: "integer", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    obligation = table.Column<Guid>(type: "uuid", nullable: false),
                    nth = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    about = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    contract = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    treatment = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    rate_bp = table.Column<int>(type: "integer", nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    tax_fen = table.Column<long>(type: "bigint", nullable: false),
                    corrects = table.Column<Guid>(type: "uuid", nullable: true),
                    reason = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    registration = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    registration_sha256 = table.Column<string>(type: "text", nullable: true),
                    issuer_name = table.Column<string>(type: "text", nullable: false),
                    issuer_code = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: false),
                    payer_name = table.Column<string>(type: "text", nullable: false),
                    payer_code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    up_to = table.Column<long>(type: "bigint", nullable: false),
                    issued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    issued_by = table.Column<Guid>(type: "uuid", nullable: false),
                    tax_number = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    tax_number_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    tax_number_by = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_invoices", x => x.id);
                    table.CheckConstraint("ck_invoices_sign", "(corrects IS NULL) = (amount_fen > 0) AND (tax_fen = 0 OR (tax_fen > 0) = (amount_fen > 0))");
                });

            migrationBuilder.CreateTable(
                name: "kept_files",
                columns: table => new
                {
                    sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    content_type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    length = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_kept_files", x => x.sha256);
                });

            migrationBuilder.CreateTable(
                name: "ledger_accounts",
                columns: table => new
                {
                    book = table.Column<string>(type: "text", nullable: false),
                    purpose = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    debits_fen = table.Column<long>(type: "bigint", nullable: false),
                    credits_fen = table.Column<long>(type: "bigint", nullable: false),
                    pending_debits_fen = table.Column<long>(type: "bigint", nullable: false),
                    pending_credits_fen = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_accounts", x => new { x.book, x.purpose, x.organisation });
                    table.CheckConstraint("ck_ledger_accounts_covered", "purpose IN ('CustodianBank', 'Guarantors', 'ProviderCosts', 'Receivable') OR credits_fen - debits_fen - pending_debits_fen >= 0");
                });

            migrationBuilder.CreateTable(
                name: "ledger_proofs",
                columns: table => new
                {
                    book = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    book_version = table.Column<long>(type: "bigint", nullable: false),
                    book_hash = table.Column<string>(type: "text", nullable: false),
                    nonce = table.Column<string>(type: "text", nullable: false),
                    holds = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_proofs", x => new { x.book, x.version });
                });

            migrationBuilder.CreateTable(
                name: "ledger_transfers",
                columns: table => new
                {
                    book = table.Column<string>(type: "text", nullable: false),
                    id = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    debit_purpose = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    debit_organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    credit_purpose = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    credit_organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    ends = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_transfers", x => new { x.book, x.id });
                    table.CheckConstraint("ck_ledger_transfers_amount", "amount_fen > 0");
                });

            migrationBuilder.CreateTable(
                name: "log_checkpoints",
                columns: table => new
                {
                    log = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    size = table.Column<long>(type: "bigint", nullable: false),
                    key_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    note = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_log_checkpoints", x => new { x.log, x.size });
                });

            migrationBuilder.CreateTable(
                name: "log_cursor",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false),
                    xid = table.Column<long>(type: "bigint", nullable: false),
                    turns = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_log_cursor", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "log_leaves",
                columns: table => new
                {
                    log = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    index = table.Column<long>(type: "bigint", nullable: false),
                    stream = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    entry = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_log_leaves", x => new { x.log, x.index });
                });

            migrationBuilder.CreateTable(
                name: "log_nodes",
                columns: table => new
                {
                    log = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    level = table.Column<int>(type: "integer", nullable: false),
                    index = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_log_nodes", x => new { x.log, x.level, x.index });
                });

            migrationBuilder.CreateTable(
                name: "logs",
                columns: table => new
                {
                    log = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    origin = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    size = table.Column<long>(type: "bigint", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_logs", x => x.log);
                });

            migrationBuilder.CreateTable(
                name: "lot_keys",
                columns: table => new
                {
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    public_key = table.Column<string>(type: "character varying(130)", maxLength: 130, nullable: false),
                    needed = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_lot_keys", x => x.auction);
                });

            migrationBuilder.CreateTable(
                name: "lot_reserves",
                columns: table => new
                {
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    value_fen = table.Column<long>(type: "bigint", nullable: false),
                    nonce = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_lot_reserves", x => x.lot);
                });

            migrationBuilder.CreateTable(
                name: "lot_shares",
                columns: table => new
                {
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    holder = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    holder_key = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    commitment = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    box = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_lot_shares", x => new { x.auction, x.number });
                });

            migrationBuilder.CreateTable(
                name: "lots",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    achievement = table.Column<Guid>(type: "uuid", nullable: false),
                    seller = table.Column<Guid>(type: "uuid", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    rehearsal_of = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    title = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    summary = table.Column<string>(type: "text", nullable: false),
                    seller_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    field = table.Column<string>(type: "text", nullable: true),
                    trl = table.Column<int>(type: "integer", nullable: true),
                    session = table.Column<Guid>(type: "uuid", nullable: true),
                    place = table.Column<int>(type: "integer", nullable: false),
                    right = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    licence_until = table.Column<DateOnly>(type: "date", nullable: true),
                    start_price_fen = table.Column<long>(type: "bigint", nullable: false),
                    steps = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    on_step = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    soft_close_seconds = table.Column<int>(type: "integer", nullable: false),
                    duration_seconds = table.Column<int>(type: "integer", nullable: false),
                    min_bidders = table.Column<int>(type: "integer", nullable: false),
                    format = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false, defaultValue: "english"),
                    latest_end_seconds = table.Column<int>(type: "integer", nullable: true),
                    cycle_seconds = table.Column<int>(type: "integer", nullable: true),
                    fall_basis_points = table.Column<int>(type: "integer", nullable: true),
                    fall_fen = table.Column<long>(type: "bigint", nullable: true),
                    fall_interval_seconds = table.Column<int>(type: "integer", nullable: true),
                    floor_fen = table.Column<long>(type: "bigint", nullable: true),
                    sealed_seconds = table.Column<int>(type: "integer", nullable: true),
                    last_word_seconds = table.Column<int>(type: "integer", nullable: true),
                    listing_cycles = table.Column<int>(type: "integer", nullable: true),
                    listing_seconds = table.Column<int>(type: "integer", nullable: true),
                    opens_reserve = table.Column<bool>(type: "boolean", nullable: false),
                    has_reserve = table.Column<bool>(type: "boolean", nullable: false),
                    deposit_fen = table.Column<long>(type: "bigint", nullable: false),
                    conditions = table.Column<int>(type: "integer", nullable: false),
                    deliverables = table.Column<string>(type: "text", nullable: true),
                    contract_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    contract_name = table.Column<string>(type: "text", nullable: true),
                    tax_included = table.Column<bool>(type: "boolean", nullable: false),
                    invoice = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    stamp_duty = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    registration_fees = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    platform_fee_basis_points = table.Column<int>(type: "integer", nullable: false),
                    platform_fee_by = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    buyer_name_confidential = table.Column<bool>(type: "boolean", nullable: false),
                    shared_deposit = table.Column<bool>(type: "boolean", nullable: false),
                    payment_plan = table.Column<string>(type: "text", nullable: true),
                    linked_group = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: true),
                    stagger_seconds = table.Column<int>(type: "integer", nullable: false),
                    match_seconds = table.Column<int>(type: "integer", nullable: true),
                    match_working_days = table.Column<int>(type: "integer", nullable: true),
                    match_rank = table.Column<int>(type: "integer", nullable: true),
                    opens_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    apply_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    announced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    follows = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    pledge_sha256 = table.Column<string>(type: "text", nullable: true),
                    returned_because = table.Column<string>(type: "text", nullable: true),
                    failed_plan = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, defaultValue: "None"),
                    plan_days = table.Column<int>(type: "integer", nullable: false),
                    plan_lower_basis_points = table.Column<int>(type: "integer", nullable: false),
                    round = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false, defaultValue: "First"),
                    planned_from_fen = table.Column<long>(type: "bigint", nullable: true),
                    planned_lowest_fen = table.Column<long>(type: "bigint", nullable: true),
                    opens_by = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    edition = table.Column<int>(type: "integer", nullable: false),
                    phase = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false, defaultValue: "draft"),
                    price_fen = table.Column<long>(type: "bigint", nullable: true),
                    leader = table.Column<int>(type: "integer", nullable: true),
                    ends_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    bids = table.Column<int>(type: "integer", nullable: false),
                    bidders = table.Column<int>(type: "integer", nullable: false),
                    active_bidders = table.Column<int>(type: "integer", nullable: false),
                    reserve_missed = table.Column<bool>(type: "boolean", nullable: true),
                    paused_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    opened = table.Column<bool>(type: "boolean", nullable: false),
                    pause_cause = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    resume_by = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    outcome = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    winner = table.Column<int>(type: "integer", nullable: true),
                    match_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_lots", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "notices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    recipient = table.Column<Guid>(type: "uuid", nullable: false),
                    to_person = table.Column<bool>(type: "boolean", nullable: false),
                    subject = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    fills = table.Column<string>(type: "text", nullable: false),
                    url = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    @event = table.Column<string>(name: "event", type: "character varying(160)", maxLength: 160, nullable: false),
                    spread_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    replaced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notices", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "obligation_events",
                columns: table => new
                {
                    book = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    obligation = table.Column<Guid>(type: "uuid", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ground = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_obligation_events", x => new { x.book, x.version, x.obligation });
                });

            migrationBuilder.CreateTable(
                name: "obligations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    about = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    debtor = table.Column<Guid>(type: "uuid", nullable: false),
                    creditor = table.Column<Guid>(type: "uuid", nullable: true),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    due = table.Column<DateOnly>(type: "date", nullable: false),
                    release = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    milestone = table.Column<string>(type: "text", nullable: true),
                    raised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    paid_fen = table.Column<long>(type: "bigint", nullable: false),
                    released_fen = table.Column<long>(type: "bigint", nullable: false),
                    refunded_fen = table.Column<long>(type: "bigint", nullable: false),
                    paid_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cancelled = table.Column<string>(type: "text", nullable: true),
                    claim = table.Column<Guid>(type: "uuid", nullable: true),
                    claimed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    evidence_sha256 = table.Column<string>(type: "text", nullable: true),
                    evidence_name = table.Column<string>(type: "text", nullable: true),
                    object_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    objection = table.Column<string>(type: "text", nullable: true),
                    objected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ruling = table.Column<Guid>(type: "uuid", nullable: true),
                    ruling_release_fen = table.Column<long>(type: "bigint", nullable: true),
                    ruling_reason = table.Column<string>(type: "text", nullable: true),
                    ruling_by = table.Column<Guid>(type: "uuid", nullable: true),
                    then_kind = table.Column<string>(type: "text", nullable: true),
                    then_key = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_obligations", x => x.id);
                    table.CheckConstraint("ck_obligations_divided", "paid_fen <= amount_fen AND released_fen >= 0 AND refunded_fen >= 0 AND released_fen + refunded_fen <= paid_fen");
                });

            migrationBuilder.CreateTable(
                name: "organisations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    uscc = table.Column<string>(type: "character varying(18)", maxLength: 18, nullable: true),
                    country = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: true),
                    registry_number = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    region = table.Column<string>(type: "character varying(6)", maxLength: 6, nullable: true),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_organisations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    seq = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    key = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "clock_timestamp()"),
                    xid = table.Column<ulong>(type: "xid8", nullable: false, defaultValueSql: "pg_current_xact_id()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox", x => x.seq);
                });

            migrationBuilder.CreateTable(
                name: "outbox_consumers",
                columns: table => new
                {
                    consumer = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    xid = table.Column<long>(type: "bigint", nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_consumers", x => x.consumer);
                });

            migrationBuilder.CreateTable(
                name: "outbox_floor",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    xid = table.Column<long>(type: "bigint", nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_floor", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "paddles",
                columns: table => new
                {
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    paddle = table.Column<int>(type: "integer", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    application = table.Column<Guid>(type: "uuid", nullable: false),
                    hold = table.Column<Guid>(type: "uuid", nullable: false),
                    drawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    admitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    settled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_paddles", x => new { x.auction, x.paddle });
                });

            migrationBuilder.CreateTable(
                name: "payout_accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    holder = table.Column<string>(type: "text", nullable: false),
                    bank = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    number = table.Column<string>(type: "text", nullable: false),
                    added_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    added_by = table.Column<Guid>(type: "uuid", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payout_accounts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "payouts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: true),
                    amount_fen = table.Column<long>(type: "bigint", nullable: false),
                    account = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    instructed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    bank_reference = table.Column<string>(type: "text", nullable: true),
                    return_reference = table.Column<string>(type: "text", nullable: true),
                    failure = table.Column<string>(type: "text", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payouts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "persons",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    display_name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    user_name = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    normalized_user_name = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    normalized_email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    email_confirmed = table.Column<bool>(type: "boolean", nullable: false),
                    password_hash = table.Column<string>(type: "text", nullable: true),
                    security_stamp = table.Column<string>(type: "text", nullable: true),
                    concurrency_stamp = table.Column<string>(type: "text", nullable: true),
                    phone_number = table.Column<string>(type: "text", nullable: true),
                    phone_number_confirmed = table.Column<bool>(type: "boolean", nullable: false),
                    two_factor_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    lockout_end = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lockout_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    access_failed_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_persons", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "practice_seats",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    session = table.Column<Guid>(type: "uuid", nullable: false),
                    paddle = table.Column<int>(type: "integer", nullable: false),
                    clerk = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_practice_seats", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "priority_codes",
                columns: table => new
                {
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    holder = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    code = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    rank = table.Column<int>(type: "integer", nullable: false),
                    used_by = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_priority_codes", x => new { x.lot, x.holder });
                });

            migrationBuilder.CreateTable(
                name: "privileged_reads",
                columns: table => new
                {
                    seq = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    what = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    about = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    purpose = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    prev = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_privileged_reads", x => x.seq);
                });

            migrationBuilder.CreateTable(
                name: "recommendation_runs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    edition = table.Column<int>(type: "integer", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    demands_done = table.Column<bool>(type: "boolean", nullable: false),
                    last = table.Column<Guid>(type: "uuid", nullable: true),
                    done = table.Column<int>(type: "integer", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recommendation_runs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "refused_bids",
                columns: table => new
                {
                    auction = table.Column<string>(type: "text", nullable: false),
                    ordinal = table.Column<long>(type: "bigint", nullable: false),
                    paddle = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    amount_fen = table.Column<long>(type: "bigint", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refused_bids", x => new { x.auction, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "royalties",
                columns: table => new
                {
                    deal = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    seller = table.Column<Guid>(type: "uuid", nullable: false),
                    buyer = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    book = table.Column<string>(type: "text", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    begun_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    period_ends = table.Column<DateOnly>(type: "date", nullable: true),
                    declaration_due = table.Column<DateOnly>(type: "date", nullable: true),
                    turn = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    reported_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_royalties", x => x.deal);
                });

            migrationBuilder.CreateTable(
                name: "royalty_files",
                columns: table => new
                {
                    deal = table.Column<string>(type: "text", nullable: false),
                    sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_royalty_files", x => new { x.deal, x.sha256 });
                });

            migrationBuilder.CreateTable(
                name: "sealed_envelopes",
                columns: table => new
                {
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sealed_envelopes", x => new { x.auction, x.version });
                });

            migrationBuilder.CreateTable(
                name: "secrets",
                columns: table => new
                {
                    stream = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    nonce = table.Column<string>(type: "text", nullable: false),
                    value_fen = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_secrets", x => new { x.stream, x.version });
                });

            migrationBuilder.CreateTable(
                name: "served",
                columns: table => new
                {
                    stream = table.Column<string>(type: "text", nullable: false),
                    served_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_served", x => x.stream);
                });

            migrationBuilder.CreateTable(
                name: "session_slots",
                columns: table => new
                {
                    session = table.Column<Guid>(type: "uuid", nullable: false),
                    slot = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    seat = table.Column<int>(type: "integer", nullable: false),
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_session_slots", x => new { x.session, x.slot, x.seat });
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    name_en = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    brand = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    profile = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    host = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    opens_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    timing = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    gap_seconds = table.Column<int>(type: "integer", nullable: false),
                    slot_capacity = table.Column<int>(type: "integer", nullable: false),
                    apply_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    shared_deposit = table.Column<bool>(type: "boolean", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    rehearsal_of = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sessions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stripe_events",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    type = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    @object = table.Column<string>(name: "object", type: "character varying(255)", maxLength: 255, nullable: true),
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    handled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stripe_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "walk_ins",
                columns: table => new
                {
                    session = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<Guid>(type: "uuid", nullable: false),
                    legal_representative = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    representative = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    document = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    document_end = table.Column<string>(type: "character varying(4)", maxLength: 4, nullable: false),
                    licence_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    mandate_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    clerk = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_walk_ins", x => new { x.session, x.organisation });
                });

            migrationBuilder.CreateTable(
                name: "winner_defaults",
                columns: table => new
                {
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    paddle = table.Column<int>(type: "integer", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    hold = table.Column<Guid>(type: "uuid", nullable: false),
                    deposit_fen = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_winner_defaults", x => new { x.auction, x.paddle });
                });

            migrationBuilder.CreateTable(
                name: "buyer_agencies",
                columns: table => new
                {
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    agency = table.Column<Guid>(type: "uuid", nullable: false),
                    application = table.Column<Guid>(type: "uuid", nullable: false),
                    named_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    named_by = table.Column<Guid>(type: "uuid", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_buyer_agencies", x => new { x.auction, x.agency });
                    table.ForeignKey(
                        name: "fk_buyer_agencies_applications_application",
                        column: x => x.application,
                        principalTable: "applications",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dossiers",
                columns: table => new
                {
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    text_version = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    own_text = table.Column<string>(type: "text", nullable: true),
                    years = table.Column<int>(type: "integer", nullable: false),
                    text_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dossiers", x => x.lot);
                    table.ForeignKey(
                        name: "fk_dossiers_lot_lot",
                        column: x => x.lot,
                        principalTable: "lots",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "lot_gates",
                columns: table => new
                {
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    gate = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    party = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    file_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    file_name = table.Column<string>(type: "text", nullable: true),
                    source = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    date = table.Column<DateOnly>(type: "date", nullable: true),
                    note = table.Column<string>(type: "text", nullable: true),
                    expires = table.Column<DateOnly>(type: "date", nullable: true),
                    status = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    amount_fen = table.Column<long>(type: "bigint", nullable: true),
                    appraisal_fen = table.Column<long>(type: "bigint", nullable: true),
                    holder_service = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    holder_answer = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    holder_answered_on = table.Column<DateOnly>(type: "date", nullable: true),
                    holder_added = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    holder_rank = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_lot_gates", x => new { x.lot, x.gate, x.party });
                    table.ForeignKey(
                        name: "fk_lot_gates_lots_lot",
                        column: x => x.lot,
                        principalTable: "lots",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "lot_questions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    question = table.Column<string>(type: "text", nullable: true),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    answer = table.Column<string>(type: "text", nullable: true),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    answered_by = table.Column<Guid>(type: "uuid", nullable: true),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_because = table.Column<string>(type: "text", nullable: true),
                    withdrawn_by = table.Column<Guid>(type: "uuid", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_lot_questions", x => x.id);
                    table.ForeignKey(
                        name: "fk_lot_questions_lots_lot",
                        column: x => x.lot,
                        principalTable: "lots",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "outbid_cursors",
                columns: table => new
                {
                    auction = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    leader = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbid_cursors", x => x.auction);
                    table.ForeignKey(
                        name: "fk_outbid_cursors_lots_auction",
                        column: x => x.auction,
                        principalTable: "lots",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notice_deliveries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    notice = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    channel = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    busy_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    code = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notice_deliveries", x => x.id);
                    table.ForeignKey(
                        name: "fk_notice_deliveries_notices_notice",
                        column: x => x.notice,
                        principalTable: "notices",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notice_reads",
                columns: table => new
                {
                    notice = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notice_reads", x => new { x.person, x.notice });
                    table.ForeignKey(
                        name: "fk_notice_reads_notices_notice",
                        column: x => x.notice,
                        principalTable: "notices",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "achievements",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    external_id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    summary = table.Column<string>(type: "text", nullable: false),
                    keywords = table.Column<string>(type: "text", nullable: false),
                    field = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: true),
                    trl = table.Column<int>(type: "integer", nullable: true),
                    ways = table.Column<string>(type: "text", nullable: false),
                    highlands = table.Column<string>(type: "text", nullable: false),
                    price_idea_fen = table.Column<long>(type: "bigint", nullable: true),
                    region = table.Column<string>(type: "character varying(6)", maxLength: 6, nullable: true),
                    search_text = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    revision = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    public_content = table.Column<string>(type: "text", nullable: true),
                    published_version = table.Column<int>(type: "integer", nullable: true),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    auction = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_achievements", x => x.id);
                    table.ForeignKey(
                        name: "fk_achievements_organisation_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "demands",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    problem = table.Column<string>(type: "text", nullable: false),
                    field = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: true),
                    highlands = table.Column<string>(type: "text", nullable: false),
                    ways = table.Column<string>(type: "text", nullable: false),
                    trl = table.Column<int>(type: "integer", nullable: true),
                    search_text = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    change_waits = table.Column<bool>(type: "boolean", nullable: false),
                    deadline = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    name_opens = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    budget_opens = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    confidential_opens = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    blocks = table.Column<bool>(type: "boolean", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    public_content = table.Column<string>(type: "text", nullable: true),
                    edition = table.Column<int>(type: "integer", nullable: false),
                    targets_edition = table.Column<int>(type: "integer", nullable: false),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    grade = table.Column<string>(type: "character varying(1)", maxLength: 1, nullable: true),
                    promised_fen = table.Column<long>(type: "bigint", nullable: true),
                    promised_by = table.Column<Guid>(type: "uuid", nullable: true),
                    promised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    notice_ends_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    stage = table.Column<int>(type: "integer", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demands", x => x.id);
                    table.ForeignKey(
                        name: "fk_demands_organisation_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "disclosures",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    summary = table.Column<string>(type: "text", nullable: false),
                    told = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_disclosures", x => x.id);
                    table.ForeignKey(
                        name: "fk_disclosures_organisation_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "introductions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    year = table.Column<int>(type: "integer", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    agency = table.Column<Guid>(type: "uuid", nullable: false),
                    broker = table.Column<Guid>(type: "uuid", nullable: false),
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    demand_owner = table.Column<Guid>(type: "uuid", nullable: false),
                    demand_title = table.Column<string>(type: "text", nullable: false),
                    achievement = table.Column<Guid>(type: "uuid", nullable: false),
                    achievement_owner = table.Column<Guid>(type: "uuid", nullable: false),
                    achievement_title = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    is_sealed = table.Column<bool>(type: "boolean", nullable: false),
                    confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    protected_until = table.Column<DateOnly>(type: "date", nullable: true),
                    body = table.Column<string>(type: "text", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_introductions", x => x.id);
                    table.ForeignKey(
                        name: "fk_introductions_organisation_achievement_owner",
                        column: x => x.achievement_owner,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_introductions_organisation_agency",
                        column: x => x.agency,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_introductions_organisation_demand_owner",
                        column: x => x.demand_owner,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "invitations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    role = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    token_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    invited_by = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    spent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_invitations", x => x.id);
                    table.ForeignKey(
                        name: "fk_invitations_organisations_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "leads",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    agency = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    contact = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    fen = table.Column<long>(type: "bigint", nullable: true),
                    introduction = table.Column<Guid>(type: "uuid", nullable: true),
                    stage = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    next_step = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    next_on = table.Column<DateOnly>(type: "date", nullable: true),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_leads", x => x.id);
                    table.ForeignKey(
                        name: "fk_leads_organisation_agency",
                        column: x => x.agency,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "mandates",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    year = table.Column<int>(type: "integer", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    agency = table.Column<Guid>(type: "uuid", nullable: false),
                    client = table.Column<Guid>(type: "uuid", nullable: false),
                    side = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    from_day = table.Column<DateOnly>(type: "date", nullable: false),
                    last_day = table.Column<DateOnly>(type: "date", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_mandates", x => x.id);
                    table.ForeignKey(
                        name: "fk_mandates_organisation_agency",
                        column: x => x.agency,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_mandates_organisation_client",
                        column: x => x.client,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "organisation_history",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    @event = table.Column<string>(name: "event", type: "character varying(20)", maxLength: 20, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: true),
                    detail = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_organisation_history", x => x.id);
                    table.ForeignKey(
                        name: "fk_organisation_history_organisations_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "payment_references",
                columns: table => new
                {
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    obligation = table.Column<Guid>(type: "uuid", nullable: false),
                    reference = table.Column<string>(type: "character varying(13)", maxLength: 13, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payment_references", x => new { x.organisation, x.obligation });
                    table.ForeignKey(
                        name: "fk_payment_references_organisations_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "related_parties",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    other = table.Column<Guid>(type: "uuid", nullable: false),
                    declared_by = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_related_parties", x => x.id);
                    table.ForeignKey(
                        name: "fk_related_parties_organisation_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_related_parties_organisation_other",
                        column: x => x.other,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "services",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    revision = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    public_content = table.Column<string>(type: "text", nullable: true),
                    listed_version = table.Column<int>(type: "integer", nullable: true),
                    listed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_services", x => x.id);
                    table.ForeignKey(
                        name: "fk_services_organisations_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "brokers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    agency = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    grade = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    certificate = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    valid_until = table.Column<DateOnly>(type: "date", nullable: false),
                    specialities = table.Column<string>(type: "character varying(168)", maxLength: 168, nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    entered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_brokers", x => x.id);
                    table.ForeignKey(
                        name: "fk_brokers_asp_net_users_person",
                        column: x => x.person,
                        principalTable: "persons",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_brokers_organisation_agency",
                        column: x => x.agency,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "memberships",
                columns: table => new
                {
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_memberships", x => new { x.person, x.organisation, x.role });
                    table.ForeignKey(
                        name: "fk_memberships_asp_net_users_person",
                        column: x => x.person,
                        principalTable: "persons",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_memberships_organisations_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notice_addresses",
                columns: table => new
                {
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    channel = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    @sealed = table.Column<string>(name: "sealed", type: "text", nullable: false),
                    code_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    code_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    tries = table.Column<int>(type: "integer", nullable: false),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    sent_that_day = table.Column<int>(type: "integer", nullable: false),
                    verified_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notice_addresses", x => new { x.person, x.channel });
                    table.ForeignKey(
                        name: "fk_notice_addresses_asp_net_users_person",
                        column: x => x.person,
                        principalTable: "persons",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notice_readers",
                columns: table => new
                {
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    language = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    read_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    feed_secret = table.Column<string>(type: "text", nullable: true),
                    feed_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notice_readers", x => x.person);
                    table.ForeignKey(
                        name: "fk_notice_readers_asp_net_users_person",
                        column: x => x.person,
                        principalTable: "persons",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notice_switches",
                columns: table => new
                {
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    group = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    channel = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    is_on = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notice_switches", x => new { x.person, x.group, x.channel });
                    table.ForeignKey(
                        name: "fk_notice_switches_asp_net_users_person",
                        column: x => x.person,
                        principalTable: "persons",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "person_claims",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    claim_type = table.Column<string>(type: "text", nullable: true),
                    claim_value = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person_claims", x => x.id);
                    table.ForeignKey(
                        name: "fk_person_claims_persons_user_id",
                        column: x => x.user_id,
                        principalTable: "persons",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "person_logins",
                columns: table => new
                {
                    login_provider = table.Column<string>(type: "text", nullable: false),
                    provider_key = table.Column<string>(type: "text", nullable: false),
                    provider_display_name = table.Column<string>(type: "text", nullable: true),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person_logins", x => new { x.login_provider, x.provider_key });
                    table.ForeignKey(
                        name: "fk_person_logins_persons_user_id",
                        column: x => x.user_id,
                        principalTable: "persons",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "person_tokens",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    login_provider = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person_tokens", x => new { x.user_id, x.login_provider, x.name });
                    table.ForeignKey(
                        name: "fk_person_tokens_persons_user_id",
                        column: x => x.user_id,
                        principalTable: "persons",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "saved_searches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    address = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    alert = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    looked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    demo = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_searches", x => x.id);
                    table.ForeignKey(
                        name: "fk_saved_searches_persons_person",
                        column: x => x.person,
                        principalTable: "persons",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dossier_files",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    length = table.Column<long>(type: "bigint", nullable: false),
                    pages = table.Column<int>(type: "integer", nullable: false),
                    addendum = table.Column<bool>(type: "boolean", nullable: false),
                    added_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    added_by = table.Column<Guid>(type: "uuid", nullable: false),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_because = table.Column<string>(type: "text", nullable: true),
                    withdrawn_by = table.Column<Guid>(type: "uuid", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dossier_files", x => x.id);
                    table.ForeignKey(
                        name: "fk_dossier_files_dossiers_lot",
                        column: x => x.lot,
                        principalTable: "dossiers",
                        principalColumn: "lot",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "dossier_ndas",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    lot = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation_name = table.Column<string>(type: "text", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    person_name = table.Column<string>(type: "text", nullable: false),
                    text_version = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    text_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    years = table.Column<int>(type: "integer", nullable: false),
                    signed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_by = table.Column<Guid>(type: "uuid", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_because = table.Column<string>(type: "text", nullable: true),
                    revoked_by = table.Column<Guid>(type: "uuid", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dossier_ndas", x => x.id);
                    table.ForeignKey(
                        name: "fk_dossier_ndas_dossiers_lot",
                        column: x => x.lot,
                        principalTable: "dossiers",
                        principalColumn: "lot",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "question_askers",
                columns: table => new
                {
                    question = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_question_askers", x => x.question);
                    table.ForeignKey(
                        name: "fk_question_askers_lot_questions_question",
                        column: x => x.question,
                        principalTable: "lot_questions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "achievement_patents",
                columns: table => new
                {
                    achievement = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_achievement_patents", x => new { x.achievement, x.number });
                    table.ForeignKey(
                        name: "fk_achievement_patents_achievements_achievement",
                        column: x => x.achievement,
                        principalTable: "achievements",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "achievement_versions",
                columns: table => new
                {
                    achievement = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    revision = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    agency = table.Column<Guid>(type: "uuid", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_achievement_versions", x => new { x.achievement, x.number });
                    table.ForeignKey(
                        name: "fk_achievement_versions_achievements_achievement",
                        column: x => x.achievement,
                        principalTable: "achievements",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "achievement_views",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    achievement = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    what = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_achievement_views", x => x.id);
                    table.ForeignKey(
                        name: "fk_achievement_views_achievements_achievement",
                        column: x => x.achievement,
                        principalTable: "achievements",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "demand_blocks",
                columns: table => new
                {
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demand_blocks", x => new { x.demand, x.organisation });
                    table.ForeignKey(
                        name: "fk_demand_blocks_demands_demand",
                        column: x => x.demand,
                        principalTable: "demands",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_demand_blocks_organisation_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "demand_grades",
                columns: table => new
                {
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    grade = table.Column<string>(type: "character varying(1)", maxLength: 1, nullable: false),
                    back = table.Column<bool>(type: "boolean", nullable: false),
                    sheet = table.Column<string>(type: "text", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    agency = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demand_grades", x => new { x.demand, x.number });
                    table.ForeignKey(
                        name: "fk_demand_grades_demands_demand",
                        column: x => x.demand,
                        principalTable: "demands",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_demand_grades_organisation_agency",
                        column: x => x.agency,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "demand_guests",
                columns: table => new
                {
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demand_guests", x => new { x.demand, x.organisation });
                    table.ForeignKey(
                        name: "fk_demand_guests_demands_demand",
                        column: x => x.demand,
                        principalTable: "demands",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_demand_guests_organisation_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "demand_lane_decisions",
                columns: table => new
                {
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    stage = table.Column<int>(type: "integer", nullable: false),
                    response = table.Column<Guid>(type: "uuid", nullable: false),
                    goes_on = table.Column<bool>(type: "boolean", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demand_lane_decisions", x => new { x.demand, x.stage, x.response });
                    table.ForeignKey(
                        name: "fk_demand_lane_decisions_demands_demand",
                        column: x => x.demand,
                        principalTable: "demands",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "demand_responses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    confirmed_edition = table.Column<int>(type: "integer", nullable: false),
                    agency = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demand_responses", x => x.id);
                    table.ForeignKey(
                        name: "fk_demand_responses_demands_demand",
                        column: x => x.demand,
                        principalTable: "demands",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_demand_responses_organisation_organisation",
                        column: x => x.organisation,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "demand_versions",
                columns: table => new
                {
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    edition = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    said = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    actor = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demand_versions", x => new { x.demand, x.number });
                    table.ForeignKey(
                        name: "fk_demand_versions_demands_demand",
                        column: x => x.demand,
                        principalTable: "demands",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "demand_views",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    what = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demand_views", x => x.id);
                    table.ForeignKey(
                        name: "fk_demand_views_demands_demand",
                        column: x => x.demand,
                        principalTable: "demands",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "recommendation_judgements",
                columns: table => new
                {
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    achievement = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    verdict = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    reason = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    note = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recommendation_judgements", x => x.command);
                    table.ForeignKey(
                        name: "fk_recommendation_judgements_achievements_achievement",
                        column: x => x.achievement,
                        principalTable: "achievements",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_recommendation_judgements_demands_demand",
                        column: x => x.demand,
                        principalTable: "demands",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "recommendations",
                columns: table => new
                {
                    demand = table.Column<Guid>(type: "uuid", nullable: false),
                    achievement = table.Column<Guid>(type: "uuid", nullable: false),
                    score = table.Column<int>(type: "integer", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    open_score = table.Column<int>(type: "integer", nullable: false),
                    open_body = table.Column<string>(type: "text", nullable: true),
                    for_owner = table.Column<bool>(type: "boolean", nullable: false),
                    for_demand = table.Column<bool>(type: "boolean", nullable: false),
                    for_achievement = table.Column<bool>(type: "boolean", nullable: false),
                    demo = table.Column<bool>(type: "boolean", nullable: false),
                    edition = table.Column<int>(type: "integer", nullable: false),
                    computed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recommendations", x => new { x.demand, x.achievement });
                    table.ForeignKey(
                        name: "fk_recommendations_achievements_achievement",
                        column: x => x.achievement,
                        principalTable: "achievements",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_recommendations_demands_demand",
                        column: x => x.demand,
                        principalTable: "demands",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "disclosure_decisions",
                columns: table => new
                {
                    disclosure = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    decision = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_disclosure_decisions", x => new { x.disclosure, x.number });
                    table.ForeignKey(
                        name: "fk_disclosure_decisions_disclosures_disclosure",
                        column: x => x.disclosure,
                        principalTable: "disclosures",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "fee_findings",
                columns: table => new
                {
                    deal = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    introduction = table.Column<Guid>(type: "uuid", nullable: false),
                    finding = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    made = table.Column<bool>(type: "boolean", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_fee_findings", x => new { x.deal, x.number });
                    table.ForeignKey(
                        name: "fk_fee_findings_introductions_introduction",
                        column: x => x.introduction,
                        principalTable: "introductions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "introduction_versions",
                columns: table => new
                {
                    introduction = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    body = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_introduction_versions", x => new { x.introduction, x.number });
                    table.ForeignKey(
                        name: "fk_introduction_versions_introductions_introduction",
                        column: x => x.introduction,
                        principalTable: "introductions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "lead_moves",
                columns: table => new
                {
                    lead = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    stage = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    note = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    body = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_lead_moves", x => new { x.lead, x.number });
                    table.ForeignKey(
                        name: "fk_lead_moves_leads_lead",
                        column: x => x.lead,
                        principalTable: "leads",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "fee_agreements",
                columns: table => new
                {
                    deal = table.Column<string>(type: "text", nullable: false),
                    mandate = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    by = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    fen = table.Column<long>(type: "bigint", nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_fee_agreements", x => new { x.deal, x.mandate, x.number });
                    table.ForeignKey(
                        name: "fk_fee_agreements_mandate_row_mandate",
                        column: x => x.mandate,
                        principalTable: "mandates",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "mandate_versions",
                columns: table => new
                {
                    mandate = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    party = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    body = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_mandate_versions", x => new { x.mandate, x.number });
                    table.ForeignKey(
                        name: "fk_mandate_versions_mandates_mandate",
                        column: x => x.mandate,
                        principalTable: "mandates",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "service_versions",
                columns: table => new
                {
                    service = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    revision = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_service_versions", x => new { x.service, x.number });
                    table.ForeignKey(
                        name: "fk_service_versions_services_service",
                        column: x => x.service,
                        principalTable: "services",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "broker_versions",
                columns: table => new
                {
                    broker = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    grade = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    certificate = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    valid_until = table.Column<DateOnly>(type: "date", nullable: false),
                    specialities = table.Column<string>(type: "character varying(168)", maxLength: 168, nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_broker_versions", x => new { x.broker, x.number });
                    table.ForeignKey(
                        name: "fk_broker_versions_brokers_broker",
                        column: x => x.broker,
                        principalTable: "brokers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "saved_search_finds",
                columns: table => new
                {
                    search = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    document = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    open = table.Column<bool>(type: "boolean", nullable: false),
                    registered = table.Column<bool>(type: "boolean", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_search_finds", x => new { x.search, x.kind, x.document });
                    table.ForeignKey(
                        name: "fk_saved_search_finds_saved_searches_search",
                        column: x => x.search,
                        principalTable: "saved_searches",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "demand_response_versions",
                columns: table => new
                {
                    response = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    command = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    person = table.Column<Guid>(type: "uuid", nullable: false),
                    agency = table.Column<Guid>(type: "uuid", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_demand_response_versions", x => new { x.response, x.number });
                    table.ForeignKey(
                        name: "fk_demand_response_versions_demand_responses_response",
                        column: x => x.response,
                        principalTable: "demand_responses",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_achievement_patents_number",
                table: "achievement_patents",
                column: "number");

            migrationBuilder.CreateIndex(
                name: "ix_achievement_versions_achievement_command",
                table: "achievement_versions",
                columns: new[] { "achievement", "command" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_achievement_versions_agency",
                table: "achievement_versions",
                column: "agency");

            migrationBuilder.CreateIndex(
                name: "ix_achievement_views_achievement_at",
                table: "achievement_views",
                columns: new[] { "achievement", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_achievements_organisation_external_id",
                table: "achievements",
                columns: new[] { "organisation", "external_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_achievements_state_published_at",
                table: "achievements",
                columns: new[] { "state", "published_at" });

            migrationBuilder.CreateIndex(
                name: "ix_applications_auction_organisation",
                table: "applications",
                columns: new[] { "auction", "organisation" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_applications_code",
                table: "applications",
                column: "code",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_applications_organisation",
                table: "applications",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_applications_review",
                table: "applications",
                column: "review");

            migrationBuilder.CreateIndex(
                name: "ix_approvals_subject",
                table: "approvals",
                column: "subject");

            migrationBuilder.CreateIndex(
                name: "ix_bank_credits_book_confirmed_at",
                table: "bank_credits",
                columns: new[] { "book", "confirmed_at" });

            migrationBuilder.CreateIndex(
                name: "ix_bank_lines_book_booked_at",
                table: "bank_lines",
                columns: new[] { "book", "booked_at" });

            migrationBuilder.CreateIndex(
                name: "ix_bank_lines_book_entry",
                table: "bank_lines",
                columns: new[] { "book", "entry" });

            migrationBuilder.CreateIndex(
                name: "ix_bank_lines_statement_place",
                table: "bank_lines",
                columns: new[] { "statement", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_bank_statements_book_account_to",
                table: "bank_statements",
                columns: new[] { "book", "account", "to" });

            migrationBuilder.CreateIndex(
                name: "ix_bank_statements_book_taken_at",
                table: "bank_statements",
                columns: new[] { "book", "taken_at" });

            migrationBuilder.CreateIndex(
                name: "ix_brokers_agency_person",
                table: "brokers",
                columns: new[] { "agency", "person" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_brokers_person",
                table: "brokers",
                column: "person");

            migrationBuilder.CreateIndex(
                name: "ix_brokers_state",
                table: "brokers",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "ix_buyer_agencies_agency",
                table: "buyer_agencies",
                column: "agency");

            migrationBuilder.CreateIndex(
                name: "ix_buyer_agencies_application",
                table: "buyer_agencies",
                column: "application",
                unique: true,
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_card_disputes_payment",
                table: "card_disputes",
                column: "payment");

            migrationBuilder.CreateIndex(
                name: "ix_card_disputes_state",
                table: "card_disputes",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "ix_card_payments_opened_at",
                table: "card_payments",
                column: "opened_at");

            migrationBuilder.CreateIndex(
                name: "ix_card_payments_organisation",
                table: "card_payments",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_deal_readings_auction",
                table: "deal_readings",
                column: "auction");

            migrationBuilder.CreateIndex(
                name: "ix_deals_buyer",
                table: "deals",
                column: "buyer");

            migrationBuilder.CreateIndex(
                name: "ix_deals_seller",
                table: "deals",
                column: "seller");

            migrationBuilder.CreateIndex(
                name: "ix_demand_blocks_organisation",
                table: "demand_blocks",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_demand_grades_agency_at",
                table: "demand_grades",
                columns: new[] { "agency", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_demand_grades_demand_command",
                table: "demand_grades",
                columns: new[] { "demand", "command" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_demand_guests_organisation",
                table: "demand_guests",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_demand_response_versions_agency_at",
                table: "demand_response_versions",
                columns: new[] { "agency", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_demand_response_versions_response_command",
                table: "demand_response_versions",
                columns: new[] { "response", "command" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_demand_responses_agency",
                table: "demand_responses",
                column: "agency");

            migrationBuilder.CreateIndex(
                name: "ix_demand_responses_demand_organisation",
                table: "demand_responses",
                columns: new[] { "demand", "organisation" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_demand_responses_organisation_state",
                table: "demand_responses",
                columns: new[] { "organisation", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_demand_versions_demand_command",
                table: "demand_versions",
                columns: new[] { "demand", "command" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_demand_views_demand_at",
                table: "demand_views",
                columns: new[] { "demand", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_demands_organisation_state",
                table: "demands",
                columns: new[] { "organisation", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_demands_state_published_at",
                table: "demands",
                columns: new[] { "state", "published_at" });

            migrationBuilder.CreateIndex(
                name: "ix_deposit_holds_auction",
                table: "deposit_holds",
                column: "auction");

            migrationBuilder.CreateIndex(
                name: "ix_deposit_holds_letter",
                table: "deposit_holds",
                column: "letter");

            migrationBuilder.CreateIndex(
                name: "ix_deposit_holds_organisation",
                table: "deposit_holds",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_deposit_statement_organisation_version",
                table: "deposit_statement",
                columns: new[] { "organisation", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_desk_acts_subject",
                table: "desk_acts",
                column: "subject");

            migrationBuilder.CreateIndex(
                name: "ix_disclosure_decisions_disclosure_command",
                table: "disclosure_decisions",
                columns: new[] { "disclosure", "command" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_disclosures_organisation_state",
                table: "disclosures",
                columns: new[] { "organisation", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_dossier_files_lot_number",
                table: "dossier_files",
                columns: new[] { "lot", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_dossier_ndas_code",
                table: "dossier_ndas",
                column: "code",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_dossier_ndas_lot_organisation",
                table: "dossier_ndas",
                columns: new[] { "lot", "organisation" },
                unique: true,
                filter: "withdrawn_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_dossier_ndas_organisation",
                table: "dossier_ndas",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_dossier_views_lot_at",
                table: "dossier_views",
                columns: new[] { "lot", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_dossier_views_nda",
                table: "dossier_views",
                column: "nda");

            migrationBuilder.CreateIndex(
                name: "ix_due_work_due_at",
                table: "due_work",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "ix_facts_stream_command_key",
                table: "facts",
                columns: new[] { "stream", "command_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_fee_agreements_command",
                table: "fee_agreements",
                column: "command",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_fee_agreements_mandate",
                table: "fee_agreements",
                column: "mandate");

            migrationBuilder.CreateIndex(
                name: "ix_fee_findings_command",
                table: "fee_findings",
                column: "command",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_fee_findings_introduction",
                table: "fee_findings",
                column: "introduction");

            migrationBuilder.CreateIndex(
                name: "ix_floor_paddles_session_organisation",
                table: "floor_paddles",
                columns: new[] { "session", "organisation" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_forfeits_auction",
                table: "forfeits",
                column: "auction");

            migrationBuilder.CreateIndex(
                name: "ix_guarantees_book_issuer_number",
                table: "guarantees",
                columns: new[] { "book", "issuer", "number" },
                unique: true,
                filter: "refused_because IS NULL AND ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_guarantees_organisation",
                table: "guarantees",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_hall_sessions_house",
                table: "hall_sessions",
                column: "house");

            migrationBuilder.CreateIndex(
                name: "ix_heads_stream_version",
                table: "heads",
                columns: new[] { "stream", "version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_heads_xid_seq",
                table: "heads",
                columns: new[] { "xid", "seq" });

            migrationBuilder.CreateIndex(
                name: "ix_holder_keys_fingerprint",
                table: "holder_keys",
                column: "fingerprint",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_holder_keys_organisation",
                table: "holder_keys",
                column: "organisation",
                unique: true,
                filter: "replaced_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_introduction_versions_introduction_command",
                table: "introduction_versions",
                columns: new[] { "introduction", "command" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_introductions_achievement",
                table: "introductions",
                column: "achievement");

            migrationBuilder.CreateIndex(
                name: "ix_introductions_achievement_owner_state",
                table: "introductions",
                columns: new[] { "achievement_owner", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_introductions_agency_state",
                table: "introductions",
                columns: new[] { "agency", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_introductions_demand_achievement",
                table: "introductions",
                columns: new[] { "demand", "achievement" });

            migrationBuilder.CreateIndex(
                name: "ix_introductions_demand_owner_state",
                table: "introductions",
                columns: new[] { "demand_owner", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_introductions_year_ordinal",
                table: "introductions",
                columns: new[] { "year", "ordinal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_invitations_organisation",
                table: "invitations",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_invitations_token_hash",
                table: "invitations",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_invoices_demo_issuer_tax_number",
                table: "invoices",
                columns: new[] { "demo", "issuer", "tax_number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_invoices_demo_issuer_year_ordinal",
                table: "invoices",
                columns: new[] { "demo", "issuer", "year", "ordinal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_invoices_obligation_nth",
                table: "invoices",
                columns: new[] { "obligation", "nth" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_invoices_payer",
                table: "invoices",
                column: "payer");

            migrationBuilder.CreateIndex(
                name: "ix_lead_moves_lead_command",
                table: "lead_moves",
                columns: new[] { "lead", "command" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_leads_agency_stage",
                table: "leads",
                columns: new[] { "agency", "stage" });

            migrationBuilder.CreateIndex(
                name: "ix_ledger_transfers_book_version",
                table: "ledger_transfers",
                columns: new[] { "book", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_log_leaves_log_stream_version",
                table: "log_leaves",
                columns: new[] { "log", "stream", "version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_lot_questions_lot_published_at",
                table: "lot_questions",
                columns: new[] { "lot", "published_at" });

            migrationBuilder.CreateIndex(
                name: "ix_lot_shares_organisation",
                table: "lot_shares",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_lots_follows",
                table: "lots",
                column: "follows");

            migrationBuilder.CreateIndex(
                name: "ix_lots_phase_ends_at",
                table: "lots",
                columns: new[] { "phase", "ends_at" });

            migrationBuilder.CreateIndex(
                name: "ix_lots_seller",
                table: "lots",
                column: "seller");

            migrationBuilder.CreateIndex(
                name: "ix_lots_session",
                table: "lots",
                column: "session");

            migrationBuilder.CreateIndex(
                name: "ix_mandate_versions_mandate_command",
                table: "mandate_versions",
                columns: new[] { "mandate", "command" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_mandates_agency_state",
                table: "mandates",
                columns: new[] { "agency", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_mandates_client_state",
                table: "mandates",
                columns: new[] { "client", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_mandates_year_ordinal",
                table: "mandates",
                columns: new[] { "year", "ordinal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_memberships_organisation",
                table: "memberships",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_notice_deliveries_channel_due_at",
                table: "notice_deliveries",
                columns: new[] { "channel", "due_at" },
                filter: "state = 'Waiting'");

            migrationBuilder.CreateIndex(
                name: "ix_notice_deliveries_notice_person_channel",
                table: "notice_deliveries",
                columns: new[] { "notice", "person", "channel" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_notice_deliveries_person_due_at",
                table: "notice_deliveries",
                columns: new[] { "person", "due_at" });

            migrationBuilder.CreateIndex(
                name: "ix_notice_readers_feed_hash",
                table: "notice_readers",
                column: "feed_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_notice_reads_notice",
                table: "notice_reads",
                column: "notice");

            migrationBuilder.CreateIndex(
                name: "ix_notices_recipient_at",
                table: "notices",
                columns: new[] { "recipient", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_notices_recipient_event",
                table: "notices",
                columns: new[] { "recipient", "event" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_notices_subject",
                table: "notices",
                column: "subject");

            migrationBuilder.CreateIndex(
                name: "ix_notices_unspread",
                table: "notices",
                column: "at",
                filter: "spread_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_obligation_events_obligation",
                table: "obligation_events",
                column: "obligation");

            migrationBuilder.CreateIndex(
                name: "ix_obligations_about",
                table: "obligations",
                column: "about");

            migrationBuilder.CreateIndex(
                name: "ix_obligations_creditor",
                table: "obligations",
                column: "creditor");

            migrationBuilder.CreateIndex(
                name: "ix_obligations_debtor",
                table: "obligations",
                column: "debtor");

            migrationBuilder.CreateIndex(
                name: "ix_organisation_history_organisation_at",
                table: "organisation_history",
                columns: new[] { "organisation", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_organisations_country_registry_number",
                table: "organisations",
                columns: new[] { "country", "registry_number" },
                unique: true,
                filter: "state = 'Verified'");

            migrationBuilder.CreateIndex(
                name: "ix_organisations_state_submitted_at",
                table: "organisations",
                columns: new[] { "state", "submitted_at" });

            migrationBuilder.CreateIndex(
                name: "ix_organisations_uscc",
                table: "organisations",
                column: "uscc",
                unique: true,
                filter: "state = 'Verified'");

            migrationBuilder.CreateIndex(
                name: "ix_organisations_uscc_demo",
                table: "organisations",
                columns: new[] { "uscc", "demo" },
                unique: true,
                filter: "state = 'FloorOnly'");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_xid_seq",
                table: "outbox",
                columns: new[] { "xid", "seq" });

            migrationBuilder.CreateIndex(
                name: "ix_paddles_application",
                table: "paddles",
                column: "application",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_paddles_auction_organisation",
                table: "paddles",
                columns: new[] { "auction", "organisation" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_payment_references_reference",
                table: "payment_references",
                column: "reference",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_payout_accounts_organisation",
                table: "payout_accounts",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_payouts_organisation",
                table: "payouts",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_person_claims_user_id",
                table: "person_claims",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_person_logins_user_id",
                table: "person_logins",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "EmailIndex",
                table: "persons",
                column: "normalized_email");

            migrationBuilder.CreateIndex(
                name: "UserNameIndex",
                table: "persons",
                column: "normalized_user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_practice_seats_session_paddle",
                table: "practice_seats",
                columns: new[] { "session", "paddle" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_priority_codes_code",
                table: "priority_codes",
                column: "code",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_priority_codes_used_by",
                table: "priority_codes",
                column: "used_by",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_question_askers_organisation",
                table: "question_askers",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_recommendation_judgements_achievement",
                table: "recommendation_judgements",
                column: "achievement");

            migrationBuilder.CreateIndex(
                name: "ix_recommendation_judgements_demand_achievement_number",
                table: "recommendation_judgements",
                columns: new[] { "demand", "achievement", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_recommendation_runs_started_at",
                table: "recommendation_runs",
                column: "started_at");

            migrationBuilder.CreateIndex(
                name: "ix_recommendations_achievement",
                table: "recommendations",
                column: "achievement");

            migrationBuilder.CreateIndex(
                name: "ix_recommendations_computed_at",
                table: "recommendations",
                column: "computed_at");

            migrationBuilder.CreateIndex(
                name: "ix_related_parties_organisation",
                table: "related_parties",
                column: "organisation");

            migrationBuilder.CreateIndex(
                name: "ix_related_parties_other",
                table: "related_parties",
                column: "other");

            migrationBuilder.CreateIndex(
                name: "ix_royalties_buyer",
                table: "royalties",
                column: "buyer");

            migrationBuilder.CreateIndex(
                name: "ix_royalties_seller",
                table: "royalties",
                column: "seller");

            migrationBuilder.CreateIndex(
                name: "ix_royalties_turn",
                table: "royalties",
                column: "turn");

            migrationBuilder.CreateIndex(
                name: "ix_royalty_files_sha256",
                table: "royalty_files",
                column: "sha256");

            migrationBuilder.CreateIndex(
                name: "ix_saved_search_finds_at",
                table: "saved_search_finds",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_saved_search_finds_untold",
                table: "saved_search_finds",
                column: "search",
                filter: "told_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_saved_searches_person_address",
                table: "saved_searches",
                columns: new[] { "person", "address" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_service_versions_service_command",
                table: "service_versions",
                columns: new[] { "service", "command" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_services_organisation_state",
                table: "services",
                columns: new[] { "organisation", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_services_state_updated_at",
                table: "services",
                columns: new[] { "state", "updated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_session_slots_lot",
                table: "session_slots",
                column: "lot",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_sessions_opens_at",
                table: "sessions",
                column: "opens_at");

            migrationBuilder.CreateIndex(
                name: "ix_stripe_events_key_handled_at",
                table: "stripe_events",
                columns: new[] { "key", "handled_at" });

            migrationBuilder.CreateIndex(
                name: "ix_walk_ins_number",
                table: "walk_ins",
                column: "number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_winner_defaults_organisation",
                table: "winner_defaults",
                column: "organisation");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "achievement_patents");

            migrationBuilder.DropTable(
                name: "achievement_versions");

            migrationBuilder.DropTable(
                name: "achievement_views");

            migrationBuilder.DropTable(
                name: "announcements");

            migrationBuilder.DropTable(
                name: "appeared_documents");

            migrationBuilder.DropTable(
                name: "approvals");

            migrationBuilder.DropTable(
                name: "auction_houses");

            migrationBuilder.DropTable(
                name: "bank_credits");

            migrationBuilder.DropTable(
                name: "bank_lines");

            migrationBuilder.DropTable(
                name: "bank_statements");

            migrationBuilder.DropTable(
                name: "broker_versions");

            migrationBuilder.DropTable(
                name: "buyer_agencies");

            migrationBuilder.DropTable(
                name: "card_disputes");

            migrationBuilder.DropTable(
                name: "card_payments");

            migrationBuilder.DropTable(
                name: "ceilings");

            migrationBuilder.DropTable(
                name: "data_protection_keys");

            migrationBuilder.DropTable(
                name: "deal_readings");

            migrationBuilder.DropTable(
                name: "deal_steps");

            migrationBuilder.DropTable(
                name: "deals");

            migrationBuilder.DropTable(
                name: "demand_blocks");

            migrationBuilder.DropTable(
                name: "demand_grades");

            migrationBuilder.DropTable(
                name: "demand_guests");

            migrationBuilder.DropTable(
                name: "demand_lane_decisions");

            migrationBuilder.DropTable(
                name: "demand_response_versions");

            migrationBuilder.DropTable(
                name: "demand_versions");

            migrationBuilder.DropTable(
                name: "demand_views");

            migrationBuilder.DropTable(
                name: "deposit_accounts");

            migrationBuilder.DropTable(
                name: "deposit_holds");

            migrationBuilder.DropTable(
                name: "deposit_statement");

            migrationBuilder.DropTable(
                name: "desk_acts");

            migrationBuilder.DropTable(
                name: "disclosure_decisions");

            migrationBuilder.DropTable(
                name: "dossier_files");

            migrationBuilder.DropTable(
                name: "dossier_ndas");

            migrationBuilder.DropTable(
                name: "dossier_views");

            migrationBuilder.DropTable(
                name: "due_work");

            migrationBuilder.DropTable(
                name: "facts");

            migrationBuilder.DropTable(
                name: "fee_agreements");

            migrationBuilder.DropTable(
                name: "fee_findings");

            migrationBuilder.DropTable(
                name: "floor_paddles");

            migrationBuilder.DropTable(
                name: "forfeits");

            migrationBuilder.DropTable(
                name: "given_shares");

            migrationBuilder.DropTable(
                name: "guarantees");

            migrationBuilder.DropTable(
                name: "hall_lots");

            migrationBuilder.DropTable(
                name: "hall_officers");

            migrationBuilder.DropTable(
                name: "hall_sessions");

            migrationBuilder.DropTable(
                name: "heads");

            migrationBuilder.DropTable(
                name: "holder_keys");

            migrationBuilder.DropTable(
                name: "introduction_pairs");

            migrationBuilder.DropTable(
                name: "introduction_versions");

            migrationBuilder.DropTable(
                name: "invitations");

            migrationBuilder.DropTable(
                name: "invoices");

            migrationBuilder.DropTable(
                name: "kept_files");

            migrationBuilder.DropTable(
                name: "lead_moves");

            migrationBuilder.DropTable(
                name: "ledger_accounts");

            migrationBuilder.DropTable(
                name: "ledger_proofs");

            migrationBuilder.DropTable(
                name: "ledger_transfers");

            migrationBuilder.DropTable(
                name: "log_checkpoints");

            migrationBuilder.DropTable(
                name: "log_cursor");

            migrationBuilder.DropTable(
                name: "log_leaves");

            migrationBuilder.DropTable(
                name: "log_nodes");

            migrationBuilder.DropTable(
                name: "logs");

            migrationBuilder.DropTable(
                name: "lot_gates");

            migrationBuilder.DropTable(
                name: "lot_keys");

            migrationBuilder.DropTable(
                name: "lot_reserves");

            migrationBuilder.DropTable(
                name: "lot_shares");

            migrationBuilder.DropTable(
                name: "mandate_versions");

            migrationBuilder.DropTable(
                name: "memberships");

            migrationBuilder.DropTable(
                name: "notice_addresses");

            migrationBuilder.DropTable(
                name: "notice_deliveries");

            migrationBuilder.DropTable(
                name: "notice_readers");

            migrationBuilder.DropTable(
                name: "notice_reads");

            migrationBuilder.DropTable(
                name: "notice_switches");

            migrationBuilder.DropTable(
                name: "obligation_events");

            migrationBuilder.DropTable(
                name: "obligations");

            migrationBuilder.DropTable(
                name: "organisation_history");

            migrationBuilder.DropTable(
                name: "outbid_cursors");

            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "outbox_consumers");

            migrationBuilder.DropTable(
                name: "outbox_floor");

            migrationBuilder.DropTable(
                name: "paddles");

            migrationBuilder.DropTable(
                name: "payment_references");

            migrationBuilder.DropTable(
                name: "payout_accounts");

            migrationBuilder.DropTable(
                name: "payouts");

            migrationBuilder.DropTable(
                name: "person_claims");

            migrationBuilder.DropTable(
                name: "person_logins");

            migrationBuilder.DropTable(
                name: "person_tokens");

            migrationBuilder.DropTable(
                name: "practice_seats");

            migrationBuilder.DropTable(
                name: "priority_codes");

            migrationBuilder.DropTable(
                name: "privileged_reads");

            migrationBuilder.DropTable(
                name: "question_askers");

            migrationBuilder.DropTable(
                name: "recommendation_judgements");

            migrationBuilder.DropTable(
                name: "recommendation_runs");

            migrationBuilder.DropTable(
                name: "recommendations");

            migrationBuilder.DropTable(
                name: "refused_bids");

            migrationBuilder.DropTable(
                name: "related_parties");

            migrationBuilder.DropTable(
                name: "royalties");

            migrationBuilder.DropTable(
                name: "royalty_files");

            migrationBuilder.DropTable(
                name: "saved_search_finds");

            migrationBuilder.DropTable(
                name: "sealed_envelopes");

            migrationBuilder.DropTable(
                name: "secrets");

            migrationBuilder.DropTable(
                name: "served");

            migrationBuilder.DropTable(
                name: "service_versions");

            migrationBuilder.DropTable(
                name: "session_slots");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "stripe_events");

            migrationBuilder.DropTable(
                name: "walk_ins");

            migrationBuilder.DropTable(
                name: "winner_defaults");

            migrationBuilder.DropTable(
                name: "brokers");

            migrationBuilder.DropTable(
                name: "applications");

            migrationBuilder.DropTable(
                name: "demand_responses");

            migrationBuilder.DropTable(
                name: "disclosures");

            migrationBuilder.DropTable(
                name: "dossiers");

            migrationBuilder.DropTable(
                name: "introductions");

            migrationBuilder.DropTable(
                name: "leads");

            migrationBuilder.DropTable(
                name: "mandates");

            migrationBuilder.DropTable(
                name: "notices");

            migrationBuilder.DropTable(
                name: "lot_questions");

            migrationBuilder.DropTable(
                name: "achievements");

            migrationBuilder.DropTable(
                name: "saved_searches");

            migrationBuilder.DropTable(
                name: "services");

            migrationBuilder.DropTable(
                name: "demands");

            migrationBuilder.DropTable(
                name: "lots");

            migrationBuilder.DropTable(
                name: "persons");

            migrationBuilder.DropTable(
                name: "organisations");
        }
    }
}
