"""Fills a database with contracts, half of them expired, each with what a contract has in the register."""

from __future__ import annotations

from django.db import connection, transaction

# Three customers for four contracts: every third has two. A contract has a subscription, three roles, a log entry of
# its own and one of its owner's role; a customer has an address, two contact media, a digest and a log entry.
STATEMENTS = (
    """INSERT INTO contracts_product (name, is_sold) VALUES ('Kuitu 200/200', true)""",
    """INSERT INTO customers_customer (number, kind, first_names, last_name, language, first_role_on)
       SELECT 'B' || n, 'person', 'Testi', 'Mallikas' || n %% 1000, 'fi', '2010-01-01'
       FROM generate_series(0, %(customers)s - 1) n ORDER BY n""",
    """INSERT INTO customers_address (customer_id, street_address, postal_code, city, country)
       SELECT id, 'Mallitie ' || id, '82900', 'Ilomantsi', 'FI' FROM customers_customer""",
    """INSERT INTO customers_contactmedium (customer_id, kind, value)
       SELECT id, 'phone', '050 ' || id FROM customers_customer
       UNION ALL SELECT id, 'email', 'm' || id || '@example.fi' FROM customers_customer""",
    """INSERT INTO customers_identitycodeindex (customer_id, key_id, digest)
       SELECT id, 1, sha256(number::bytea) FROM customers_customer""",
    """INSERT INTO contracts_contract (number, seller, state, starts_on, ends_on)
       SELECT 'B' || n, 'Myyjä', 'confirmed', '2010-01-01',
              CASE WHEN n < %(due)s THEN date '2015-01-01' + (n %% 1500)::int ELSE date '2030-01-01' END
       FROM generate_series(0, 2 * %(due)s - 1) n ORDER BY n""",
    """INSERT INTO contracts_subscription (number, contract_id, product_id, street_address, postal_code, city)
       SELECT number, id, (SELECT id FROM contracts_product), 'Mallitie 1', '82900', 'Ilomantsi'
       FROM contracts_contract""",
    """INSERT INTO contracts_role (contract_id, customer_id, kind, from_on)
       SELECT contract.id, customer.id, role_kind, '2010-01-01'
       FROM contracts_contract contract
       JOIN customers_customer customer ON customer.number = 'B' || (substr(contract.number, 2)::int * 3 / 4)
       CROSS JOIN unnest(ARRAY['owner', 'user', 'payer']) role_kind""",
    """INSERT INTO ilonet_register_logentry (event, action, object_uuid, object_pk, root, subjects)
       SELECT 'contract.created', 0, uuid, id::text, uuid, '{}' FROM contracts_contract
       UNION ALL SELECT 'customer.created', 0, uuid, id::text, uuid, ARRAY[uuid] FROM customers_customer""",
    """INSERT INTO ilonet_register_logcontent (entry_id, salt, content)
       SELECT id, sha256(object_pk::bytea), jsonb_build_object('changes', jsonb_build_object('number', object_pk))
       FROM ilonet_register_logentry""",
)


def fill(due: int) -> None:
    """Make `due` expired contracts and as many that stay."""
    customers = 2 * due * 3 // 4
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, {"due": due, "customers": customers} if "%(" in statement else None)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
