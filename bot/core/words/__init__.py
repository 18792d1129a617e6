"""Every sentence a member reads. English stands in the code, other languages in the catalogues beside it.

`saying` puts words together; one module per topic turns outcomes and refusals into replies; `replies` knows all.
"""
