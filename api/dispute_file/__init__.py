"""A dispute as a PDF, in the shape of a card network's chargeback response. ReportLab is loaded with the first."""
